package io.whimbrel.server.dtls;

import io.whimbrel.server.config.SnLinkConfig;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.californium.elements.config.CertificateAuthenticationMode;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.ConnectionListener;
import org.eclipse.californium.scandium.DtlsHealth;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;

/** How a link speaks DTLS: as a server, to devices that prove who they are. */
final class DtlsSettings {
  /** As many as keep what is guessed from being somebody's. */
  private static final int CONNECTION_ID_OCTETS = 8;

  /**
   * A session may be silent for as long as it likes: devices sleep. It goes when others need it.
   */
  private static final long STALE_SECONDS = 60;

  private static final int JOBS_MAX = 4_096;

  static {
    DtlsConfig.register();
  }

  private DtlsSettings() {}

  static DtlsConnectorConfig of(
      InetSocketAddress address,
      SnLinkConfig config,
      DtlsKeys keys,
      ConnectionListener sessions,
      Consumer<Boolean> handshakes) {
    DtlsConnectorConfig.Builder builder =
        DtlsConnectorConfig.builder(new Configuration(DtlsConfig.DEFINITIONS))
            .setAddress(address)
            .setConnectionListener(sessions)
            .setHealthHandler(new Handshakes(handshakes))
            .set(DtlsConfig.DTLS_ROLE, DtlsRole.SERVER_ONLY)
            .set(DtlsConfig.DTLS_CLIENT_AUTHENTICATION_MODE, CertificateAuthenticationMode.NEEDED)
            .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, CONNECTION_ID_OCTETS)
            .set(DtlsConfig.DTLS_UPDATE_ADDRESS_USING_CID_ON_NEWER_RECORDS, true)
            .set(DtlsConfig.DTLS_USE_HELLO_VERIFY_REQUEST, true)
            .set(DtlsConfig.DTLS_MAX_CONNECTIONS, config.settings().devicesMax())
            .set(DtlsConfig.DTLS_STALE_CONNECTION_THRESHOLD, STALE_SECONDS, TimeUnit.SECONDS)
            .set(DtlsConfig.DTLS_MAX_PENDING_INBOUND_JOBS, JOBS_MAX)
            .set(DtlsConfig.DTLS_MAX_PENDING_OUTBOUND_JOBS, JOBS_MAX)
            .set(DtlsConfig.DTLS_MAX_PENDING_HANDSHAKE_RESULT_JOBS, JOBS_MAX)
            .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
            .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1);
    if (config.dtls().pskFile().isPresent()) {
      builder.setAdvancedPskStore(new DtlsPsk(keys));
      builder.setApplicationLevelInfoSupplier(DtlsUsedKey::kept);
    }
    if (config.dtls().certificate().isPresent()) {
      builder.setCertificateIdentityProvider(new DtlsCertificates(keys::now));
      builder.setAdvancedCertificateVerifier(new DtlsTrust(keys::now));
    }
    return builder.build();
  }

  /** Hears how handshakes end. */
  private record Handshakes(Consumer<Boolean> ended) implements DtlsHealth {
    @Override
    public void dump(String tag, int max, int remaining, int pending) {}

    @Override
    public boolean isEnabled() {
      return true;
    }

    @Override
    public void startHandshake() {}

    @Override
    public void endHandshake(boolean success) {
      ended.accept(success);
    }

    @Override
    public void receivingRecord(boolean drop) {}

    @Override
    public void sendingRecord(boolean drop) {}
  }
}
