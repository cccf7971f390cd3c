package io.whimbrel.server;

import static java.util.Objects.requireNonNull;

import io.whimbrel.server.tls.KeyMaterial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.HexFormat;
import java.util.concurrent.LinkedBlockingQueue;
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

/** A device that speaks MQTT-SN over DTLS, by Scandium's own client. */
final class DtlsDevice implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final InetSocketAddress broker;
  private final DTLSConnector connector;
  private final LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  private DtlsDevice(InetSocketAddress broker, DtlsConnectorConfig.Builder builder)
      throws IOException {
    this.broker = broker;
    this.connector =
        new DTLSConnector(
            builder
                .setAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .set(DtlsConfig.DTLS_ROLE, DtlsRole.CLIENT_ONLY)
                .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, 0)
                .set(DtlsConfig.DTLS_RETRANSMISSION_TIMEOUT, 500, TimeUnit.MILLISECONDS)
                .set(DtlsConfig.DTLS_MAX_RETRANSMISSIONS, 2)
                .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
                .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1)
                .build());
    connector.setRawDataReceiver(raw -> heard.add(HexFormat.of().formatHex(raw.getBytes())));
    connector.setAlertHandler(
        (peer, alert) -> heard.add(new IOException("told " + alert.getDescription())));
    connector.start();
  }

  private static DtlsConnectorConfig.Builder builder() {
    DtlsConfig.register();
    return DtlsConnectorConfig.builder(new Configuration(DtlsConfig.DEFINITIONS));
  }

  static DtlsDevice withKey(InetSocketAddress broker, String identity, String key)
      throws IOException {
    return new DtlsDevice(
        broker,
        builder()
            .setAdvancedPskStore(
                new AdvancedSinglePskStore(identity, HexFormat.of().parseHex(key))));
  }

  static DtlsDevice withCertificate(InetSocketAddress broker, Path files, String name)
      throws Exception {
    KeyMaterial own =
        KeyMaterial.read(files.resolve(name + ".pem"), files.resolve(name + ".key"), "");
    Certificate[] trusted =
        KeyMaterial.certificates(files.resolve("ca.pem")).toArray(Certificate[]::new);
    return new DtlsDevice(
        broker,
        builder()
            .set(DtlsConfig.DTLS_VERIFY_SERVER_CERTIFICATES_SUBJECT, false)
            .setCertificateIdentityProvider(
                new SingleCertificateProvider(
                    own.key(), own.chain().toArray(Certificate[]::new), CertificateType.X_509))
            .setAdvancedCertificateVerifier(
                StaticNewAdvancedCertificateVerifier.builder()
                    .setTrustedCertificates(trusted)
                    .build()));
  }

  DtlsDevice says(String hex) {
    connector.send(
        RawData.outbound(
            HexFormat.of().parseHex(hex.replace(" ", "")),
            new AddressEndpointContext(broker),
            new MessageCallback() {
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
                heard.add(new IOException(error));
              }
            },
            false));
    return this;
  }

  /** What it says next begins with a handshake that resumes its session (RFC 5246, 7.3). */
  void resumes() {
    connector.forceResumeAllSessions();
  }

  /** The next datagram; or that there is no session, or none any more. */
  String hears() throws IOException, InterruptedException {
    Object next = requireNonNull(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing heard");
    if (next instanceof IOException refused) {
      throw refused;
    }
    return (String) next;
  }

  @Override
  public void close() {
    connector.destroy();
  }
}
