// What anywidget gives to a widget's script, without a kernel: values, listeners, and a list of what was sent.
window.fakeModel = (values, more = {}) => {
  const listeners = {};
  const call = (name, ...what) => (listeners[name] ?? []).forEach((one) => one(...what));
  return {
    sent: [],
    get: (name) => values[name],
    set(changed) {
      Object.assign(values, changed);
      Object.keys(changed).forEach((name) => call(`change:${name}`));
    },
    hear: (message, buffers = []) => call("msg:custom", message, buffers),
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    off: (name, listener) => (listeners[name] = (listeners[name] ?? []).filter((one) => one !== listener)),
    send(message, _callbacks, buffers) {
      this.sent.push(buffers ? { ...message, sizes: buffers.map((one) => one.byteLength) } : message);
    },
    ...more,
  };
};
window.script = async (text) => (await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })))).default;
window.bytes = (base64) => new DataView(Uint8Array.from(atob(base64), (one) => one.charCodeAt(0)).buffer);
