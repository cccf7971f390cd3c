package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.PropertyWords.Place;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** {@code whimbrel ping}: how long a broker takes, from its name to a PINGRESP. Used once. */
final class Pinging {
  private static final int COUNT_USUAL = 4;
  private static final int KEEP_ALIVE_USUAL = 60;

  private final Flags flags;
  private final Connection connection;
  private final Target target;
  private final @Nullable SSLContext tls;
  private final Telling telling;
  private final OutputStream out;
  private final int count;
  private final long intervalMillis;
  private final boolean json;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private final List<String> steps = new ArrayList<>();
  private final List<Double> stepMillis = new ArrayList<>();
  private final List<Double> pings = new ArrayList<>();
  private String server = "";

  /** Reads the flags, and may find a mistake in them. */
  Pinging(Flags flags, Streams streams, Telling telling) {
    this.flags = flags;
    this.telling = telling;
    out = streams.out();
    connection = Connection.of(flags);
    connection.checkPassword();
    target = connection.target();
    tls = target.encrypted() ? TlsFlags.context(flags) : null;
    count = flags.number(Flag.PINGS, COUNT_USUAL, 1, 1_000_000);
    intervalMillis = Math.round(1000 * flags.fraction(Flag.INTERVAL, 1, 0, 3_600));
    json = flags.has(Flag.JSON);
  }

  /**
   * Runs until it is done.
   *
   * @param onSignal is given what ends it in good order
   */
  int run(Consumer<Runnable> onSignal) {
    onSignal.accept(stopped::countDown);
    try {
      int code = measure();
      if (code == ExitCode.DONE) {
        print(json ? json() : summary());
      }
      return code;
    } catch (UnreadException unread) {
      return ExitCode.FAILED; // as by head(1), which is no failure worth a word
    } catch (IOException failed) {
      return failed(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  private int failed(IOException failure) {
    String why = Target.words(failure);
    boolean untrusted = failure instanceof SSLException;
    // Of steps there is the name by then; a broker that does not take TCP is no broker that is
    // late.
    boolean late = failure instanceof SocketTimeoutException && steps.size() > 1;
    telling.failure(
        "no answer from "
            + connection.address()
            + ": "
            + (failure instanceof UnknownHostException ? "unknown host " + target.host() : why)
            + "; 'whimbrel doctor' says more");
    return untrusted
        ? ExitCode.TLS_FAILED
        : late
            ? ExitCode.TIMED_OUT
            : failure instanceof EOFException ? ExitCode.CONNECTION_LOST : ExitCode.FAILED;
  }

  /** The first time it connects is for Java alone, which loads what it needs then. */
  private int measure() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    InetAddress[] addresses = InetAddress.getAllByName(target.host());
    step("name", begin);
    int code = measure(addresses, false);
    if (code != ExitCode.DONE || stopped.getCount() == 0) {
      return code;
    }
    steps.subList(1, steps.size()).clear();
    stepMillis.subList(1, stepMillis.size()).clear();
    return measure(addresses, true);
  }

  private int measure(InetAddress[] addresses, boolean shown)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (Socket socket = tcp(addresses)) {
      begin = step("TCP", begin);
      SSLContext context = tls;
      Socket wire =
          context == null ? socket : target.tls(socket, context, !flags.has(Flag.INSECURE));
      if (context != null) {
        begin = step("TLS", begin);
      }
      try (Probe probe = new Probe(wire, target, connection.version())) {
        if (!target.webSocketPath().isEmpty()) {
          begin = step("WebSocket", begin);
        }
        Connack answer = probe.connect(connect());
        step("CONNACK", begin);
        if (answer.reason().isError()) {
          telling.failure("the broker refused the connection: " + Reasons.words(answer.reason()));
          return ExitCode.ofRefusal(answer.reason(), connection.version());
        }
        if (!shown) {
          probe.ping();
          return ExitCode.DONE;
        }
        if (!json) {
          print(connection.address() + " (" + server + "): " + String.join(", ", steps));
        }
        ping(probe);
      }
    }
    return ExitCode.DONE;
  }

  private Socket tcp(InetAddress[] addresses) throws IOException {
    IOException last = new IOException("it has no address");
    for (InetAddress address : addresses) {
      try {
        server = target.at(address);
        return target.tcp(address);
      } catch (IOException unreached) {
        last = unreached;
      }
    }
    throw last;
  }

  /** Nothing else is sent between two of them, and half as much again is what a broker waits. */
  private int keepAliveUsual() {
    return (int) (intervalMillis / 1000) + KEEP_ALIVE_USUAL;
  }

  private Connect connect() {
    return new Connect(
        connection.version(),
        true,
        flags.number(Flag.KEEP_ALIVE, keepAliveUsual(), 5, 65_535),
        connection.at(Place.CONNECT),
        connection.clientId(),
        null,
        connection.user().orElse(null),
        connection.password().map(p -> p.getBytes(StandardCharsets.UTF_8)).orElse(null));
  }

  private long step(String name, long begin) {
    long now = System.nanoTime();
    double millis = (now - begin) / 1e6;
    steps.add(name + " " + millis(millis));
    stepMillis.add(millis);
    return now;
  }

  private void ping(Probe probe) throws IOException, InterruptedException {
    for (int i = 1; i <= count; i++) {
      if (i > 1 && stopped.await(intervalMillis, TimeUnit.MILLISECONDS)) {
        return;
      }
      long begin = System.nanoTime();
      probe.ping();
      double millis = (System.nanoTime() - begin) / 1e6;
      pings.add(millis);
      if (!json) {
        print("PINGRESP " + i + ": " + millis(millis));
      }
    }
  }

  // ---------------------------------------------------------------- what is printed

  private static String millis(double millis) {
    return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.1f ms", millis);
  }

  private String summary() {
    double sum = pings.stream().mapToDouble(p -> p).sum();
    return pings.size()
        + " answered: least "
        + millis(pings.stream().mapToDouble(p -> p).min().orElse(0))
        + ", mean "
        + millis(sum / pings.size())
        + ", most "
        + millis(pings.stream().mapToDouble(p -> p).max().orElse(0));
  }

  private String json() {
    JsonText text = new JsonText(flags.has(Flag.PRETTY));
    text.beginObject().name("address").string(connection.address());
    text.name("server").string(server);
    text.name("steps-millis").beginObject();
    for (int i = 0; i < steps.size(); i++) {
      String name = steps.get(i).substring(0, steps.get(i).indexOf(' '));
      text.name(name.toLowerCase(Locale.ROOT)).literal(number(stepMillis.get(i)));
    }
    text.endObject().name("pings-millis").beginArray();
    pings.forEach(ping -> text.literal(number(ping)));
    return text.endArray().endObject().toString();
  }

  private static String number(double millis) {
    return String.format(Locale.ROOT, "%.3f", millis);
  }

  private void print(String line) throws UnreadException {
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException closed) {
      throw new UnreadException(closed);
    }
  }

  /** Nobody reads what is printed. */
  private static final class UnreadException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadException(IOException cause) {
      super(cause);
    }
  }
}
