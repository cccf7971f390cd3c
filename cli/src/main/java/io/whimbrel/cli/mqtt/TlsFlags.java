package io.whimbrel.cli.mqtt;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.whimbrel.client.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** What the flags of TLS say. */
final class TlsFlags {
  private TlsFlags() {}

  /** Whether they ask for TLS at all. */
  static boolean wanted(Flags flags) {
    return flags.has(Flag.CA_FILE)
        || flags.has(Flag.OS_CERTIFICATES)
        || flags.has(Flag.CERTIFICATE);
  }

  /**
   * Reads them, and looks into the files.
   *
   * @throws MistakeException a file is not there, is none, or they do not go together
   */
  static Tls tls(Flags flags) {
    checkVersion(flags.text(Flag.TLS_VERSION).orElse("tlsv1.3"));
    if (!flags.text(Flag.KEY_FORM).orElse("pem").equals("pem")) {
      throw new MistakeException("--keyform knows pem alone");
    }
    Tls tls = Tls.DEFAULT;
    String authorities = flags.last(Flag.CA_FILE);
    if (authorities != null) {
      if (!pem(authorities, "--cafile").contains("-----BEGIN CERTIFICATE-----")) {
        throw new MistakeException("--cafile: " + authorities + " holds no certificate (PEM)");
      }
      tls = tls.trust(Path.of(authorities));
    }
    String certificate = flags.last(Flag.CERTIFICATE);
    String key = flags.last(Flag.KEY);
    if (certificate != null && key != null) {
      pem(certificate, "--cert");
      checkKey(pem(key, "--key"), key);
      tls = tls.identity(Path.of(certificate), Path.of(key), "");
    } else if (certificate != null || key != null) {
      throw new MistakeException("--cert and --key go together");
    }
    return flags.has(Flag.INSECURE) ? tls.withoutHostVerification() : tls;
  }

  /**
   * The same for who agrees on TLS without a client.
   *
   * @throws MistakeException likewise, or the files hold something else
   */
  static SSLContext context(Flags flags) {
    tls(flags);
    try {
      SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
      String authorities = flags.last(Flag.CA_FILE);
      if (authorities != null) {
        builder.trustManager(Path.of(authorities).toFile());
      }
      String certificate = flags.last(Flag.CERTIFICATE);
      String key = flags.last(Flag.KEY);
      if (certificate != null && key != null) {
        builder.keyManager(Path.of(certificate).toFile(), Path.of(key).toFile());
      }
      return ((JdkSslContext) builder.build()).context();
    } catch (SSLException | IllegalArgumentException unusable) {
      throw new MistakeException(
          "--cafile, --cert or --key cannot be used: " + unusable.getMessage());
    }
  }

  private static void checkVersion(String version) {
    if (!version.equals("tlsv1.2") && !version.equals("tlsv1.3")) {
      throw new MistakeException("--tls-version knows tlsv1.2 and tlsv1.3, not '" + version + "'");
    }
  }

  private static String pem(String file, String flag) {
    try {
      return Files.readString(Path.of(file));
    } catch (NoSuchFileException missing) {
      throw new MistakeException(flag + ": no such file: " + file);
    } catch (IOException unreadable) {
      throw new MistakeException(flag + ": " + file + " cannot be read, or is not PEM");
    }
  }

  private static void checkKey(String pem, String file) {
    if (pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
      throw new MistakeException(
          "--key: " + file + " needs a password, which cannot be given here");
    }
    if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new MistakeException(
          "--key: "
              + file
              + " is no PKCS#8; openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW makes it one");
    }
  }
}
