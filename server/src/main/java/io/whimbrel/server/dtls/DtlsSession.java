package io.whimbrel.server.dtls;

import java.util.Optional;
import org.eclipse.californium.elements.Definition;
import org.eclipse.californium.elements.Definitions;
import org.eclipse.californium.elements.DefinitionsEndpointContextMatcher;
import org.eclipse.californium.elements.DtlsEndpointContext;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.EndpointContextMatcher;
import org.eclipse.californium.elements.util.Bytes;
import org.eclipse.californium.scandium.dtls.Connection;
import org.eclipse.californium.scandium.dtls.DTLSContext;
import org.jspecify.annotations.Nullable;

/**
 * Which session it is, and which handshake it comes from: one that is resumed has the identifier of
 * the one before (RFC 5246, 7.3). Immutable.
 *
 * @param begun when its handshake began, milliseconds since 1970
 */
record DtlsSession(Bytes id, long begun) {
  /** Of what came; empty where it came without a session. */
  static Optional<DtlsSession> of(EndpointContext context) {
    @Nullable Bytes id = context.get(DtlsEndpointContext.KEY_SESSION_ID);
    @Nullable Long begun = context.get(DtlsEndpointContext.KEY_HANDSHAKE_TIMESTAMP);
    return id == null || begun == null ? Optional.empty() : Optional.of(new DtlsSession(id, begun));
  }

  /** Of a connection; empty where its handshake did not come to its end. */
  static Optional<DtlsSession> of(Connection connection) {
    @Nullable DTLSContext context = connection.getEstablishedDtlsContext();
    return context == null
        ? Optional.empty()
        : Optional.of(
            new DtlsSession(
                context.getSession().getSessionIdentifier(), context.getLastHandshakeTime()));
  }

  /**
   * Lets nothing out to a session that it is not for: connections are found by the address of the
   * peer, which may be another device's by now.
   */
  static EndpointContextMatcher matcher() {
    Definitions<Definition<?>> same =
        new Definitions<Definition<?>>("session")
            .add(DtlsEndpointContext.KEY_SESSION_ID)
            .add(DtlsEndpointContext.KEY_HANDSHAKE_TIMESTAMP)
            .add(DtlsEndpointContext.KEY_CIPHER)
            .add(DtlsEndpointContext.KEY_EPOCH);
    return new DefinitionsEndpointContextMatcher(same, true) {};
  }
}
