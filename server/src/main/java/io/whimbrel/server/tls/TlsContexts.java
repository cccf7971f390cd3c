package io.whimbrel.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.Readied;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * What TLS handshakes begin with: made from files, and made anew from them while the broker runs.
 * Handshakes that have begun, and connections, keep what they began with. Callable from every
 * thread. What native code holds is given back by {@link #close}.
 */
public final class TlsContexts implements AutoCloseable {
  private static final List<String> MQTT = List.of("mqtt");
  private static final List<String> HTTP = List.of("http/1.1");

  // Guarded by this object's monitor, so that nobody begins with what is given back.
  private Pair now;

  /** One for MQTT, and one for WebSocket, which is HTTP first. */
  private record Pair(SslContext mqtt, SslContext websocket) {
    void release() {
      ReferenceCountUtil.release(mqtt);
      ReferenceCountUtil.release(websocket);
    }
  }

  private TlsContexts(Pair first) {
    this.now = first;
  }

  /** Reads the files. */
  public static TlsContexts of(ServerConfig.Tls files) throws TlsFileException {
    return new TlsContexts(read(files));
  }

  /** Reads files again; once applied, handshakes begin with them. */
  public Readied ready(ServerConfig.Tls files) throws TlsFileException {
    Pair next = read(files);
    return new Readied() {
      @Override
      public void apply() {
        become(next);
      }

      @Override
      public void drop() {
        next.release();
      }
    };
  }

  private synchronized void become(Pair next) {
    now.release();
    now = next;
  }

  @Override
  public synchronized void close() {
    now.release();
  }

  /** The files all of this comes from. */
  public static List<Path> files(ServerConfig.Tls files) {
    List<Path> all = new ArrayList<>();
    files.certificate().ifPresent(all::add);
    files.key().ifPresent(all::add);
    files.ca().ifPresent(all::add);
    files.crl().ifPresent(all::add);
    return all;
  }

  /** For a handshake that MQTT follows. */
  public synchronized SslHandler mqtt(ByteBufAllocator allocator) {
    return now.mqtt.newHandler(allocator);
  }

  /** For a handshake that HTTP follows. */
  public synchronized SslHandler websocket(ByteBufAllocator allocator) {
    return now.websocket.newHandler(allocator);
  }

  private static Pair read(ServerConfig.Tls files) throws TlsFileException {
    Path certificate = files.certificate().orElseThrow();
    KeyMaterial material =
        KeyMaterial.read(certificate, files.key().orElse(certificate), files.keyPassword());
    TrustManagerFactory trust = files.ca().isPresent() ? trust(files) : null;
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(
                  material.key(), material.chain().toArray(X509Certificate[]::new))
              .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
              .protocols(files.protocols().names())
              .clientAuth(
                  switch (files.clientCertificate()) {
                    case NONE -> ClientAuth.NONE;
                    case OPTIONAL -> ClientAuth.OPTIONAL;
                    case REQUIRED -> ClientAuth.REQUIRE;
                  });
      if (trust != null) {
        builder.trustManager(trust);
      }
      return new Pair(
          builder.applicationProtocolConfig(alpn(MQTT)).build(),
          builder.applicationProtocolConfig(alpn(HTTP)).build());
    } catch (SSLException refused) {
      throw new TlsFileException(certificate + ": " + refused.getMessage(), refused);
    }
  }

  /** A client that offers other protocols alone is served all the same. */
  private static ApplicationProtocolConfig alpn(List<String> names) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        names);
  }

  private static TrustManagerFactory trust(ServerConfig.Tls files) throws TlsFileException {
    Path ca = files.ca().orElseThrow();
    List<X509Certificate> anchors = KeyMaterial.certificates(ca);
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < anchors.size(); i++) {
        store.setCertificateEntry("ca-" + i, anchors.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      if (files.crl().isPresent()) {
        factory.init(new CertPathTrustManagerParameters(revoking(store, files.crl().get())));
      } else {
        factory.init(store);
      }
      return factory;
    } catch (GeneralSecurityException | IOException refused) {
      throw new TlsFileException(ca + ": " + refused.getMessage(), refused);
    }
  }

  /** Only what the file says counts: nothing is asked of the network. */
  private static PKIXBuilderParameters revoking(KeyStore anchors, Path crl)
      throws TlsFileException, GeneralSecurityException {
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
    parameters.addCertStore(
        CertStore.getInstance(
            "Collection", new CollectionCertStoreParameters(KeyMaterial.revocations(crl))));
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
    checker.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.PREFER_CRLS,
            PKIXRevocationChecker.Option.NO_FALLBACK,
            PKIXRevocationChecker.Option.ONLY_END_ENTITY));
    parameters.addCertPathChecker(checker);
    return parameters;
  }
}
