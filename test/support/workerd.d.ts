// The few names of workerd the tests use. The whole of its types would replace those of the Web that `src/` is held to.
declare class WebSocketPair {
  0: WebSocket;
  1: WebSocket;
}
interface ResponseInit {
  webSocket?: WebSocket | null;
}
interface Body {
  json<T>(): Promise<T>;
}
