package io.whimbrel.server;

import io.whimbrel.server.config.ServerConfig;
import java.util.List;

/** A running broker. */
public final class Server {
  private final Assembly assembly;

  private Server(Assembly assembly) {
    this.assembly = assembly;
  }

  /** Starts a broker; when this returns, clients can connect. */
  public static Server start(ServerConfig config) throws StartException {
    Assembly assembly = new Assembly(config);
    try {
      assembly.listen();
    } catch (StartException | RuntimeException refused) {
      assembly.stop();
      throw refused;
    }
    return new Server(assembly);
  }

  /** What listens where. */
  public List<Listening> listening() {
    return assembly.listening();
  }

  /** Stops listening, closes every connection and returns when all is done; once is enough. */
  public void stop() {
    assembly.stop();
  }
}
