//! Other people's formats, taken over once: afterwards their source is not needed. Native only.

pub mod openslo;
pub mod page;
