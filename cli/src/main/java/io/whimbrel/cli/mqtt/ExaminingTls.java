package io.whimbrel.cli.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * The part of {@code whimbrel doctor} about TLS: a handshake of its own that believes anything,
 * over which nothing is sent, and then what is to be thought of what the server showed. Used once.
 */
final class ExaminingTls {
  private static final String TLS = "TLS";
  private static final String CERTIFICATE = "certificate";
  private static final int SOON_DAYS = 30;

  private final Flags flags;
  private final Target target;
  private final Findings findings;
  private final Clock clock;
  private final Chain chain = new Chain();

  ExaminingTls(Flags flags, Target target, Findings findings, Clock clock) {
    this.flags = flags;
    this.target = target;
    this.findings = findings;
    this.clock = clock;
  }

  /** Whether a client may go on: DONE or TLS_FAILED. */
  int examine(InetAddress address) {
    String failure = "";
    try (Socket plain = target.tcp(address);
        SSLSocket socket = target.tls(plain, believing(), false)) {
      SSLSession session = socket.getSession();
      findings.ok(TLS, session.getProtocol() + ", " + session.getCipherSuite());
    } catch (IOException | GeneralSecurityException failed) {
      failure = Target.words(failed);
    }
    if (chain.shown().isEmpty()) {
      findings.wrong(
          TLS,
          failure,
          "Is this port for TLS? --cafile, --tls-use-os-certs and port 8883 ask for it.");
      return ExitCode.TLS_FAILED;
    }
    if (!failure.isEmpty()) {
      findings.warn(
          TLS,
          "without a client's certificate: " + failure,
          "The broker may want one: --cert and --key.");
    }
    boolean trusted = chain.distrust(flags.last(Flag.CA_FILE)).isEmpty();
    boolean valid = true;
    for (X509Certificate each : chain.shown()) {
      boolean needed = each.equals(chain.shown().get(0)) || !trusted; // else another way leads up
      valid &= certificate(each, needed) || !needed;
    }
    told(trusted);
    boolean named = named();
    return valid && trusted && named ? ExitCode.DONE : ExitCode.TLS_FAILED;
  }

  private SSLContext believing() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {chain.keeper()}, new SecureRandom());
    return context;
  }

  /** Whether it is valid; where it is not needed, that it is not is worth a warning. */
  private boolean certificate(X509Certificate shown, boolean needed) {
    Instant now = clock.instant();
    Instant begin = shown.getNotBefore().toInstant();
    Instant end = shown.getNotAfter().toInstant();
    long days = Duration.between(now, end).toDays();
    String who =
        shown.getSubjectX500Principal().getName()
            + ", issued by "
            + shown.getIssuerX500Principal().getName();
    if (now.isBefore(begin)) {
      bad(
          needed,
          who + ", is not valid before " + begin,
          "Is the clock of this machine right? It says " + now + ".");
      return false;
    }
    if (now.isAfter(end)) {
      bad(
          needed,
          who + ", has expired at " + end,
          "Who runs the broker has to renew it; or is the clock of this machine wrong: " + now);
      return false;
    }
    String until = who + ", until " + end + ", " + days + " days left";
    if (days < SOON_DAYS) {
      findings.warn(CERTIFICATE, until, "It is to be renewed soon.");
    } else {
      findings.ok(CERTIFICATE, until);
    }
    return true;
  }

  private void bad(boolean needed, String said, String advice) {
    if (needed) {
      findings.wrong(CERTIFICATE, said, advice);
    } else {
      findings.warn(CERTIFICATE, said + "; it is trusted without", advice);
    }
  }

  private void told(boolean trusted) {
    String authorities = flags.last(Flag.CA_FILE);
    String whose = authorities == null ? "the authorities of the JDK" : authorities;
    if (trusted) {
      findings.ok("trust", "by " + whose);
      return;
    }
    X509Certificate last = chain.shown().get(chain.shown().size() - 1);
    findings.wrong(
        "trust",
        "not by " + whose + ": " + chain.distrust(authorities),
        "--cafile FILE with the certificate of "
            + last.getIssuerX500Principal().getName()
            + ", which whoever runs the broker has.");
  }

  private boolean named() {
    String names = chain.names().isEmpty() ? "no host" : String.join(", ", chain.names());
    if (chain.isFor(target.host())) {
      findings.ok("host name", "the certificate is for " + names);
      return true;
    }
    String said = "the certificate is for " + names + ", not for " + target.host();
    if (flags.has(Flag.INSECURE)) {
      findings.warn("host name", said, "--insecure lets that pass, and whoever listens in, too.");
      return true;
    }
    findings.wrong("host name", said, "Connect by one of these names, or have one made for it.");
    return false;
  }
}
