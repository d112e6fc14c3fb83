// A worker that keeps time for a hidden page: browsers wake a page they hide once a minute at most, and a worker when it
// asks to be woken.
setInterval(() => postMessage(0), 5000);
