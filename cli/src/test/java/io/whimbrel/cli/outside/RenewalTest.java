package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.server.tls.CertificateMaker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker's certificate, its key and the authority of its clients are renewed again and again
 * while clients talk over TLS. {@code -Dwhimbrel.renewals=200} says how often, {@code
 * -Dwhimbrel.renewal.pairs=50} among how many publishers with a subscriber each.
 */
class RenewalTest {
  private static final int RENEWALS = Integer.getInteger("whimbrel.renewals", 5);
  private static final int PAIRS = Integer.getInteger("whimbrel.renewal.pairs", 4);
  private static final String DONE = "whimbrel_reloads_total";
  private static final String REFUSED = "whimbrel_reloads_refused_total";

  @TempDir Path directory;

  private final AtomicBoolean over = new AtomicBoolean();
  private Encryption now;
  private Path current;
  private Path version;
  private BrokerProcess broker;

  @BeforeEach
  void start() throws Exception {
    now = Encryption.make("authority 0");
    version = directory.resolve("v0");
    now.write(version);
    current = Files.createSymbolicLink(directory.resolve("current"), version);
    broker = BrokerProcess.startWith(directory.resolve("data"), flags());
  }

  private List<String> flags() {
    List<String> flags = new ArrayList<>(Encryption.flags(current));
    flags.addAll(List.of("--port", "0", "--ws-port", "0"));
    return flags;
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void dropsNobodyAndNothing() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<RenewalPair> pairs = new ArrayList<>();
      for (int i = 0; i < PAIRS; i++) {
        pairs.add(new RenewalPair("pair/" + i, connected(now), connected(now)));
      }
      List<Future<Integer>> said = new ArrayList<>();
      List<Future<Integer>> heard = new ArrayList<>();
      for (RenewalPair pair : pairs) {
        heard.add(threads.submit(pair::hear));
        said.add(threads.submit(() -> pair.say(over)));
      }
      for (int round = 1; round <= RENEWALS; round++) {
        renew(round);
      }
      over.set(true);
      for (int i = 0; i < PAIRS; i++) {
        int count = said.get(i).get(BrokerProcess.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(heard.get(i).get(BrokerProcess.PATIENCE_SECONDS, TimeUnit.SECONDS))
            .isEqualTo(count)
            .isPositive();
      }
      for (RenewalPair pair : pairs) {
        pair.close();
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
    broker.terminate();
    assertThat(broker.exitCode()).isZero();
    assertThat(broker.out()).noneMatch(line -> line.contains("LEAK"));
  }

  private void renew(int round) throws Exception {
    switch (round % 5) {
      case 1 -> together(now.renewed(), round);
      case 2 -> keyFirst(now.renewed());
      case 3 -> broken();
      case 4 -> together(Encryption.make("authority " + round), round);
      default -> keyFirst(Encryption.make("authority " + round));
    }
  }

  /** All files at once, by a link to another directory, as container platforms do it. */
  private void together(Encryption next, int round) throws Exception {
    Path place = directory.resolve("v" + round);
    next.write(place);
    Path link = Files.createSymbolicLink(directory.resolve("next"), place);
    Files.move(link, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    version = place;
    taken(next);
  }

  /** Each file as it is, first the key: half of it fits nothing and changes nothing. */
  private void keyFirst(Encryption next) throws Exception {
    double refused = broker.metric(REFUSED);
    Files.writeString(version.resolve("server.key"), next.server().keyPem());
    awaitMore(REFUSED, refused);
    assertThat(shown(connected(now))).isEqualTo(now.server().certificate());
    next.write(version);
    taken(next);
  }

  /** A certificate that was written by half. */
  private void broken() throws Exception {
    double refused = broker.metric(REFUSED);
    String whole = now.renewed().server().certificatePem();
    Files.writeString(version.resolve("server.pem"), whole.substring(0, whole.length() / 2));
    awaitMore(REFUSED, refused);
    assertThat(shown(connected(now))).isEqualTo(now.server().certificate());
    double done = broker.metric(DONE);
    now.write(version);
    awaitMore(DONE, done);
  }

  /** New handshakes see it, and the clients of an authority that went come in no more. */
  private void taken(Encryption next) throws Exception {
    Encryption before = now;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BrokerProcess.PATIENCE_SECONDS);
    while (!isShown(next)) {
      assertThat(System.nanoTime()).as("renewed in time").isLessThan(deadline);
    }
    now = next;
    if (before.authority() != next.authority()) {
      assertThat(isIn(badge(next.authority(), before.authority()))).isFalse();
    }
    assertThat(isIn(badge(next.authority(), next.authority()))).isTrue();
  }

  private void awaitMore(String metric, double than) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BrokerProcess.PATIENCE_SECONDS);
    while (broker.metric(metric) <= than) {
      assertThat(System.nanoTime()).as(metric).isLessThan(deadline);
    }
  }

  // ---------------------------------------------------------------- clients

  private boolean isShown(Encryption next) throws Exception {
    try {
      return shown(connected(next)).equals(next.server().certificate());
    } catch (IOException notYet) {
      return false;
    }
  }

  private boolean isIn(Badge badge) throws Exception {
    try {
      connected(badge).close();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private Wire connected(Encryption with) throws IOException, GeneralSecurityException {
    return connected(badge(with.authority(), with.authority()));
  }

  private static Badge badge(CertificateMaker trusted, CertificateMaker own)
      throws GeneralSecurityException {
    return Badge.of("", "", trusted, own.client("device"));
  }

  /** A connection that has its CONNACK. */
  private Wire connected(Badge badge) throws IOException, GeneralSecurityException {
    SSLContext context = badge.context();
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), broker.port("mqtts"));
    Wire wire = new Wire(socket, ProtocolVersion.MQTT_5);
    socket.startHandshake();
    wire.send(Wire.connect(ProtocolVersion.MQTT_5, ""));
    if (wire.next() == null) {
      wire.close();
      throw new IOException("the broker hung up");
    }
    return wire;
  }

  private static X509Certificate shown(Wire wire) throws IOException {
    try (wire) {
      SSLSocket socket = (SSLSocket) wire.socket();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }
}
