package io.whimbrel.server;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.audit.Audit;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.control.ControlSocket;
import io.whimbrel.server.control.Dismiss;
import io.whimbrel.server.control.Ping;
import io.whimbrel.server.control.Selection;
import io.whimbrel.server.metrics.EventLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control socket of a broker with all its commands. Guarded by whoever starts and stops. */
final class Controls {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.control");

  private final ServerConfig config;
  private final EventLog log;
  private final Audit audit;
  private final ControlSocket socket;

  Controls(ServerConfig config, Dismissals dismissals, EventLog log, Audit audit) {
    this.config = config;
    this.log = log;
    this.audit = audit;
    this.socket =
        new ControlSocket(
            List.of(new Dismiss(dismissals::end, this::ended), new Ping(Version.text())));
  }

  private void ended(Selection whom, ReasonCode reason, int count) {
    log.dismissed(whom.by().word(), whom.value(), reason, count);
    audit.disconnectedByAdmin(
        whom.by().word(), whom.value(), whom.issuer().orElse(""), reason, count);
  }

  /** Listens, where there is a place; one that nobody chose may be none. */
  void open() throws StartException {
    ServerConfig.Control control = config.control();
    if (control.socket().isEmpty() || (control.isAuto() && !config.needsStore())) {
      return;
    }
    Path place = control.socket().get();
    try {
      socket.listen(place);
    } catch (IOException refused) {
      if (!control.isAuto()) {
        throw new StartException(
            "cannot listen on " + place + " (control.socket): " + refused.getMessage(), refused);
      }
      LOG.warn(
          "there is no control socket {}: {}; set control.socket to another path, or to none",
          place,
          refused.getMessage());
    }
  }

  /** Ends what is asked, and removes the socket. */
  void close() {
    socket.stop();
  }
}
