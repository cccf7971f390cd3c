package io.whimbrel.server.dtls;

import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.server.net.AddressText;
import io.whimbrel.server.net.ShardLoop;
import io.whimbrel.server.sn.SnLinkGateway;
import io.whimbrel.server.tls.CertificateNames;
import io.whimbrel.sn.SnGateway;
import io.whimbrel.sn.SnLink;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.auth.PreSharedKeyIdentity;
import org.eclipse.californium.elements.auth.X509CertPath;
import org.eclipse.californium.elements.util.Filter;
import org.eclipse.californium.scandium.ConnectionListener;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.dtls.Connection;
import org.jspecify.annotations.Nullable;

/**
 * MQTT-SN over DTLS 1.2 (RFC 6347), with Connection IDs (RFC 9146). The library has threads of its
 * own, which only post to the loop; all else is owned by that loop.
 */
public final class SnDtls implements SnLink, AutoCloseable {
  /** What the loop has not taken yet, in datagrams; more are lost, as datagrams may be. */
  private static final String KEY_GONE = "its key or certificate does not count any more";

  private static final int WAITING_MAX = 4_096;

  /** What a record holds, octets (RFC 6347, 4.1; RFC 5246, 6.2.1). */
  private static final int RECORD_MAX = 16_384;

  private final ShardLoop loop;
  private final SnLinkConfig config;
  private final DtlsKeys keys;
  private final SnObserver observer;
  private final SnGateway gateway;
  private final DTLSConnector connector;
  private final Map<DtlsSession, DtlsPeer> peers = new HashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong overrun = new AtomicLong();

  /**
   * A link that does not listen so far.
   *
   * @param address with port 0 for any
   * @throws IllegalStateException its certificate is of a kind that DTLS does not know here
   */
  public SnDtls(
      InetSocketAddress address,
      ShardLoop loop,
      Shard shard,
      SnLinkConfig config,
      DtlsKeys keys,
      SnObserver observer) {
    this.loop = loop;
    this.config = config;
    this.keys = keys;
    this.observer = observer;
    this.gateway = SnLinkGateway.of(config, shard, this, observer);
    this.connector =
        new DTLSConnector(
            DtlsSettings.of(
                address,
                config,
                keys,
                new Sessions(),
                success -> post(() -> handshakeEnded(success))));
    connector.setEndpointContextMatcher(DtlsSession.matcher());
    connector.setRawDataReceiver(raw -> post(() -> take(raw)));
  }

  /** Listens; returns where. */
  public InetSocketAddress open() throws IOException {
    connector.start();
    keys.onChange(this::endThoseWhoseKeyIsGone);
    post(gateway::start);
    return connector.getAddress();
  }

  private void post(Runnable action) {
    if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      overrun.incrementAndGet();
      return;
    }
    loop.execute(
        () -> {
          waiting.decrementAndGet();
          for (long lost = overrun.getAndSet(0); lost > 0; lost--) {
            observer.malformed("more came than the loop could take");
          }
          action.run();
        });
  }

  private void handshakeEnded(boolean success) {
    if (!success) {
      observer.refused(
          "",
          "",
          "its DTLS handshake failed: a key or certificate that is not known, or no answer");
    }
  }

  private void endThoseWhoseKeyIsGone() {
    loop.execute(
        () -> {
          gateway.end(
              at -> at instanceof DtlsPeer peer && !keys.serves(peer.context().getPeerIdentity()),
              KEY_GONE);
          endSessions();
        });
  }

  private void endSessions() {
    Filter<Principal> ended = principal -> !keys.serves(principal);
    connector.startTerminateConnectionsForPrincipal(ended);
  }

  // ---------------------------------------------------------------- in

  private void take(RawData raw) {
    EndpointContext context = raw.getEndpointContext();
    @Nullable DtlsSession session = DtlsSession.of(context).orElse(null);
    if (session == null) {
      observer.malformed("it belongs to no session of DTLS");
      return;
    }
    DtlsPeer peer = peers.get(session);
    if (peer == null) {
      if (!keys.serves(context.getPeerIdentity())) { // files were read during its handshake
        observer.refused("", AddressText.of(context.getPeerAddress()), KEY_GONE);
        endSessions();
        return;
      }
      peer = peer(context);
      peers.put(session, peer);
    }
    peer.isAt(context);
    byte[] bytes = raw.getBytes();
    if (bytes.length > config.datagramBytesMax()) {
      observer.malformed("longer than a datagram may be");
      return;
    }
    gateway.onDatagram(peer, bytes, 0, bytes.length);
  }

  private DtlsPeer peer(EndpointContext context) {
    Principal principal = context.getPeerIdentity();
    if (principal instanceof PreSharedKeyIdentity psk) {
      return new DtlsPeer(psk.getIdentity(), null, context);
    }
    if (principal instanceof X509CertPath path) {
      X509Certificate shown = path.getTarget();
      String user = CertificateNames.user(shown, config.dtls().userFrom()).orElse("");
      return new DtlsPeer(user, shown, context);
    }
    return new DtlsPeer("", null, context);
  }

  private void forget(DtlsSession session) {
    DtlsPeer peer = peers.remove(session);
    if (peer != null) {
      peer.isOver();
    }
  }

  /** Forgets sessions that are over; there are as many as the settings allow at most. */
  private final class Sessions implements ConnectionListener {
    @Override
    public void onConnectionEstablished(Connection connection) {}

    @Override
    public void onConnectionRemoved(Connection connection) {
      DtlsSession.of(connection)
          .ifPresent(session -> loop.execute(() -> forget(session))); // always, for the table
    }

    @Override
    public boolean onConnectionUpdatesSequenceNumbers(Connection connection, boolean writes) {
      return false;
    }

    @Override
    public boolean onConnectionMacError(Connection connection) {
      return false;
    }

    @Override
    public void beforeExecution(Connection connection) {}

    @Override
    public void updateExecution(Connection connection) {}

    @Override
    public void afterExecution(Connection connection) {}
  }

  // ---------------------------------------------------------------- out

  @Override
  public void send(SnPeer to, byte[] datagram) {
    if (!(to instanceof DtlsPeer peer)) {
      return;
    }
    if (!peer.isThere()) {
      observer.dropped("", "its session of DTLS is over");
      return;
    }
    DtlsSending sending =
        new DtlsSending(() -> post(() -> observer.dropped("", "DTLS did not send it")));
    try {
      connector.send(RawData.outbound(datagram, peer.context(), sending, false));
    } catch (IllegalStateException | IllegalArgumentException refused) { // of one device alone
      sending.onError(refused);
    }
  }

  @Override
  public void broadcast(byte[] datagram, int radius) {} // there is no session with everybody

  @Override
  public int sizeMax() {
    return Math.min(config.datagramBytesMax(), RECORD_MAX);
  }

  /** Sessions that are known. */
  int sessions() {
    return peers.size();
  }

  /** Listens no more. */
  @Override
  public void close() {
    connector.destroy();
  }
}
