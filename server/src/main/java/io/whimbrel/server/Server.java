package io.whimbrel.server;

import io.whimbrel.server.config.ServerConfig;
import java.util.List;

/** A running broker. */
public final class Server {
  private Server() {}

  /** Starts a broker; when this returns, clients can connect. */
  public static Server start(ServerConfig config) throws StartException {
    throw new StartException("not there yet");
  }

  /** What listens where. */
  public List<Listening> listening() {
    return List.of();
  }

  /** Stops listening, closes every connection and returns when all is done. */
  public void stop() {}
}
