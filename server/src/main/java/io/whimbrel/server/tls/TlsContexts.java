package io.whimbrel.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
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
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What TLS handshakes begin with: made from files, and made anew from them while the broker runs.
 * Handshakes that have begun, and connections, keep what they began with; but whose certificate
 * counts is said once more at the end of each, by the files of then. Callable from every thread.
 * What native code holds is given back by {@link #close}.
 */
public final class TlsContexts implements AutoCloseable {
  private static final List<String> MQTT = List.of("mqtt");
  private static final List<String> HTTP = List.of("http/1.1");

  // Guarded by this object's monitor, so that nobody begins with what is given back.
  private Contexts now;

  /** One for MQTT, and one for WebSocket, which is HTTP first. */
  private record Pair(SslContext mqtt, SslContext websocket) {
    void release() {
      ReferenceCountUtil.release(mqtt);
      ReferenceCountUtil.release(websocket);
    }
  }

  /**
   * A pair for each certificate. Each has sessions of its own, so that none is resumed under
   * another's name [RFC 6066, 3].
   *
   * @param main for whoever asks for no name, or for another
   * @param byName in lower case, perhaps with {@code *} for the first label
   * @param trust whose certificates count, or null where nobody's does
   */
  private record Contexts(
      Pair main, Map<String, Pair> byName, @Nullable TrustManagerFactory trust) {
    Pair of(@Nullable String name) {
      if (name == null) {
        return main;
      }
      String asked = name.toLowerCase(Locale.ROOT);
      int dot = asked.indexOf('.');
      Pair ofItsDomain = dot < 0 ? null : byName.get("*" + asked.substring(dot));
      return byName.getOrDefault(asked, ofItsDomain == null ? main : ofItsDomain);
    }

    void release() {
      Set<Pair> all = Collections.newSetFromMap(new IdentityHashMap<>());
      all.add(main); // which may be in the directory as well
      all.addAll(byName.values());
      all.forEach(Pair::release);
    }
  }

  private TlsContexts(Contexts first) {
    this.now = first;
  }

  /** Reads the files. */
  public static TlsContexts of(ServerConfig.Tls files) throws TlsFileException {
    return new TlsContexts(read(files));
  }

  /** Reads files again; once applied, handshakes begin with them. */
  public Readied ready(ServerConfig.Tls files) throws TlsFileException {
    Contexts next = read(files);
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

  private synchronized void become(Contexts next) {
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
    files.sniDirectory().ifPresent(all::add);
    return all;
  }

  /**
   * For a handshake that MQTT follows.
   *
   * @param millisMax how long it may take
   */
  public ChannelHandler mqtt(ByteBufAllocator allocator, long millisMax) {
    return handler(Pair::mqtt, allocator, millisMax);
  }

  /**
   * For a handshake that HTTP follows.
   *
   * @param millisMax how long it may take
   */
  public ChannelHandler websocket(ByteBufAllocator allocator, long millisMax) {
    return handler(Pair::websocket, allocator, millisMax);
  }

  private synchronized ChannelHandler handler(
      Function<Pair, SslContext> spoken, ByteBufAllocator allocator, long millisMax) {
    if (!now.byName.isEmpty()) {
      return new NameFirst((name, pool) -> named(name, spoken, pool), millisMax);
    }
    SslHandler tls = spoken.apply(now.main).newHandler(allocator);
    tls.setHandshakeTimeoutMillis(millisMax);
    return tls;
  }

  private synchronized SslHandler named(
      @Nullable String name, Function<Pair, SslContext> spoken, ByteBufAllocator allocator) {
    return spoken.apply(now.of(name)).newHandler(allocator);
  }

  /**
   * Judges the certificate of a client whose handshake is over. No engine looks at that of a
   * session it resumes; and meanwhile a certificate, one of its issuers or the list of revocations
   * may have come to its end.
   */
  public void judge(X509Certificate[] chain) throws CertificateException {
    chain[0].checkValidity(); // engines do not ask that of one that is in tls.ca itself
    TrustManagerFactory trust = trust();
    if (trust == null) {
      throw new CertificateException("there is no tls.ca any more");
    }
    for (TrustManager each : trust.getTrustManagers()) {
      ((X509TrustManager) each).checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
    }
  }

  private synchronized @Nullable TrustManagerFactory trust() {
    return now.trust;
  }

  private static Contexts read(ServerConfig.Tls files) throws TlsFileException {
    Path certificate = files.certificate().orElseThrow();
    KeyMaterial main =
        KeyMaterial.read(certificate, files.key().orElse(certificate), files.keyPassword());
    SslProvider engine = CipherSuites.engine(files.ciphers());
    CipherSuites.check(files.ciphers(), main.key().getAlgorithm());
    TrustManagerFactory trust = files.ca().isPresent() ? trust(files) : null;
    Map<String, KeyMaterial> others =
        files.sniDirectory().isPresent()
            ? SniDirectory.read(files.sniDirectory().get(), files.keyPassword())
            : Map.of();
    Map<KeyMaterial, Pair> made = new HashMap<>();
    Map<String, Pair> byName = new HashMap<>();
    try {
      Pair first = pair(files, engine, main, trust);
      made.put(main, first);
      for (Map.Entry<String, KeyMaterial> other : others.entrySet()) {
        Pair pair = made.get(other.getValue());
        if (pair == null) {
          pair = pair(files, engine, other.getValue(), trust);
          made.put(other.getValue(), pair);
        }
        byName.put(other.getKey(), pair);
      }
      return new Contexts(first, byName, trust);
    } catch (SSLException refused) {
      made.values().forEach(Pair::release);
      throw new TlsFileException(certificate + ": " + refused.getMessage(), refused);
    }
  }

  private static Pair pair(
      ServerConfig.Tls files,
      SslProvider engine,
      KeyMaterial material,
      @Nullable TrustManagerFactory trust)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(
                material.key(), material.chain().toArray(X509Certificate[]::new))
            .sslProvider(engine)
            .protocols(files.protocols().names())
            .clientAuth(
                switch (files.clientCertificate()) {
                  case NONE -> ClientAuth.NONE;
                  case OPTIONAL -> ClientAuth.OPTIONAL;
                  case REQUIRED -> ClientAuth.REQUIRE;
                });
    if (!files.ciphers().isEmpty()) {
      builder.ciphers(files.ciphers());
    }
    if (trust != null) {
      builder.trustManager(trust);
    }
    SslContext mqtt = resuming(builder.applicationProtocolConfig(alpn(MQTT)).build());
    try {
      return new Pair(mqtt, resuming(builder.applicationProtocolConfig(alpn(HTTP)).build()));
    } catch (SSLException refused) {
      ReferenceCountUtil.release(mqtt);
      throw refused;
    }
  }

  /**
   * Lets native code give out tickets, without which it resumes no session of TLS 1.3. It makes
   * their keys and changes them; nobody can use one when the files were read again.
   */
  private static SslContext resuming(SslContext context) {
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setTicketKeys(new OpenSslSessionTicketKey[0]);
    }
    return context;
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
