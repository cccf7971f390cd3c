package io.whimbrel.links;

import io.whimbrel.client.sn.SnTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.elements.AddressEndpointContext;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.MessageCallback;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;
import org.eclipse.californium.scandium.dtls.x509.SingleCertificateProvider;
import org.eclipse.californium.scandium.dtls.x509.StaticNewAdvancedCertificateVerifier;
import org.jspecify.annotations.Nullable;

/**
 * DTLS 1.2 (RFC 6347) to one gateway, with a Connection ID (RFC 9146) where that gives one. The
 * handshake is made with the first datagram, and again when the session is lost; that it fails is
 * told as {@link SnTransport.Receiver#onUnreachable}. For threads see the port.
 */
public final class DtlsLink implements SnTransport {
  private static final int PORT_MAX = 65_535;

  /** What DTLS adds to a datagram, and some more. */
  private static final int OVERHEAD = 72;

  private final String host;
  private final int port;
  private final DtlsIdentity identity;
  private @Nullable DTLSConnector connector;
  private @Nullable AddressEndpointContext gateway;
  private MessageCallback outcome = new Outcome(null);

  private DtlsLink(String host, int port, DtlsIdentity identity) {
    this.host = host;
    this.port = port;
    this.identity = identity;
  }

  /**
   * To a gateway; not open yet.
   *
   * @param host a name, looked up when it is opened, or an address
   * @throws IllegalArgumentException there is no such port
   */
  public static DtlsLink to(String host, int port, DtlsIdentity identity) {
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("not a port: " + port);
    }
    return new DtlsLink(host, port, identity);
  }

  @Override
  public synchronized void open(Receiver receiver) throws IOException {
    InetSocketAddress to = new InetSocketAddress(address(), port);
    DTLSConnector made = new DTLSConnector(settings());
    String from = to.getAddress().getHostAddress() + " port " + port;
    made.setRawDataReceiver(raw -> receiver.onDatagram(raw.getBytes(), from));
    made.setAlertHandler(
        (peer, alert) -> receiver.onUnreachable("the gateway says " + alert.getDescription()));
    try {
      made.start();
    } catch (IOException refused) {
      made.destroy();
      throw refused;
    }
    gateway = new AddressEndpointContext(to);
    outcome = new Outcome(receiver);
    connector = made;
  }

  private InetAddress address() throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new IOException("no such host: " + host, unknown);
    }
  }

  private DtlsConnectorConfig settings() {
    DtlsConfig.register();
    DtlsConnectorConfig.Builder builder =
        DtlsConnectorConfig.builder(new Configuration(DtlsConfig.DEFINITIONS))
            .set(DtlsConfig.DTLS_ROLE, DtlsRole.CLIENT_ONLY)
            .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, 0) // its own is asked for; none is given
            .set(DtlsConfig.DTLS_MAX_CONNECTIONS, 2)
            .set(DtlsConfig.DTLS_RETRANSMISSION_TIMEOUT, 1, TimeUnit.SECONDS)
            .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
            .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1);
    byte[] secret = identity.secret;
    PrivateKey key = identity.key;
    if (secret != null) {
      builder.setAdvancedPskStore(new AdvancedSinglePskStore(identity.name, secret));
    }
    if (key != null) {
      builder
          .set(DtlsConfig.DTLS_VERIFY_SERVER_CERTIFICATES_SUBJECT, false) // devices know addresses
          .setCertificateIdentityProvider(
              new SingleCertificateProvider(
                  key, identity.chain.toArray(Certificate[]::new), CertificateType.X_509))
          .setAdvancedCertificateVerifier(
              StaticNewAdvancedCertificateVerifier.builder()
                  .setTrustedCertificates(identity.trusted.toArray(Certificate[]::new))
                  .build());
    }
    return builder.build();
  }

  /** Hears that a datagram did not leave. */
  private record Outcome(@Nullable Receiver receiver) implements MessageCallback {
    @Override
    public void onConnecting() {}

    @Override
    public void onDtlsRetransmission(int flight) {}

    @Override
    public void onContextEstablished(EndpointContext context) {}

    @Override
    public void onSent() {}

    @Override
    public void onError(Throwable error) {
      Receiver told = receiver;
      if (told != null) {
        told.onUnreachable("DTLS: " + error.getMessage());
      }
    }
  }

  @Override
  public synchronized void send(byte[] datagram) {
    DTLSConnector open = connector;
    AddressEndpointContext to = gateway;
    if (open != null && to != null) {
      open.send(RawData.outbound(datagram, to, outcome, false));
    }
  }

  @Override
  public int sizeMax() {
    return UDP_BYTES_MAX - OVERHEAD;
  }

  @Override
  public synchronized void close() {
    DTLSConnector open = connector;
    connector = null;
    if (open != null) {
      open.destroy();
    }
  }

  @Override
  public String toString() {
    return host + ":" + port + " by DTLS";
  }
}
