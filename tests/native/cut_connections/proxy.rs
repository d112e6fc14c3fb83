//! A proxy on loopback that passes connections on, and cuts one when it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Where a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// nothing of the request reaches the system
    Before,
    /// half of it does
    During,
    /// all of it does, and its response ends here, half of the time in the middle
    After,
}

/// What is to be cut: where, and how many connections pass before.
type Plan = Arc<Mutex<Option<(Cut, usize)>>>;

pub struct Proxy {
    pub base: String,
    plan: Plan,
    n: Arc<AtomicUsize>,
}

impl Proxy {
    /// Passes on to a port of this machine.
    pub fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let plan: Plan = Arc::default();
        let (own, count) = (plan.clone(), Arc::new(AtomicUsize::new(0)));
        let n = count.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let n = count.fetch_add(1, Ordering::Relaxed);
                let cut = {
                    let mut plan = own.lock().expect("held");
                    match *plan {
                        Some((cut, 0)) => {
                            *plan = None;
                            Some(cut)
                        }
                        Some((cut, left)) => {
                            *plan = Some((cut, left - 1));
                            None
                        }
                        None => None,
                    }
                };
                pass(client, upstream, cut, n).unwrap_or_default();
            }
        });
        Self { base, plan, n }
    }

    /// How many connections came.
    pub fn n(&self) -> usize {
        self.n.load(Ordering::Relaxed)
    }

    /// Cuts one connection, after `passed` others.
    pub fn cut(&self, cut: Cut, passed: usize) {
        *self.plan.lock().expect("held") = Some((cut, passed));
    }

    /// Cuts nothing more. Whether something was cut.
    pub fn calm(&self) -> bool {
        self.plan.lock().expect("held").take().is_none()
    }
}

/// One request and its response.
fn pass(mut client: TcpStream, upstream: u16, cut: Option<Cut>, n: usize) -> std::io::Result<()> {
    let request = super::stand_in::whole(&mut client)?;
    if cut == Some(Cut::Before) {
        return client.shutdown(Shutdown::Both);
    }
    let mut system = TcpStream::connect(("127.0.0.1", upstream))?;
    if cut == Some(Cut::During) {
        let half = request.get(..request.len() / 2).unwrap_or_default();
        system.write_all(half)?;
        system.shutdown(Shutdown::Both)?;
        return client.shutdown(Shutdown::Both);
    }
    system.write_all(&request)?;
    let mut response = Vec::new();
    system.read_to_end(&mut response)?;
    if cut == Some(Cut::After) {
        let passed = if n.is_multiple_of(2) { response.len() / 2 } else { 0 };
        client.write_all(response.get(..passed).unwrap_or_default())?;
        return client.shutdown(Shutdown::Both);
    }
    client.write_all(&response)?;
    client.shutdown(Shutdown::Write)
}
