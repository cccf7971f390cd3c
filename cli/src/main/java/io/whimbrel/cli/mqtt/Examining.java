package io.whimbrel.cli.mqtt;

import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code whimbrel doctor}: goes the way to a broker step by step, and says of each what is right,
 * what is wrong, and what to do. The first step that fails is the last but for addresses, of which
 * one is enough. Used once.
 */
final class Examining {
  private static final String MQTT = "MQTT";

  /** No exit code: another version may be let in. */
  private static final int AGAIN = -1;

  private final Flags flags;
  private final Connection connection;
  private final Target target;
  private final Findings findings;
  private final ExaminingMessage message;

  /** Reads the flags, and may find a mistake in them. */
  Examining(Flags flags, Streams streams) {
    this.flags = flags;
    connection = Connection.of(flags);
    target = connection.target();
    findings = new Findings(flags, streams.out());
    message = new ExaminingMessage(connection, findings);
    client(connection.version()).close(); // mistakes are told before the first step
  }

  int run() {
    int code = examine();
    findings.close(connection.address(), code);
    return findings.isClosed() ? ExitCode.FAILED : code;
  }

  private int examine() {
    List<InetAddress> addresses = resolve();
    List<InetAddress> reached = reach(addresses);
    if (reached.isEmpty()) {
      return ExitCode.FAILED;
    }
    if (target.encrypted()) {
      int code =
          new ExaminingTls(flags, target, findings, Clock.systemUTC()).examine(reached.get(0));
      if (code != ExitCode.DONE) {
        return code;
      }
    }
    if (!target.webSocketPath().isEmpty() && !opensWebSocket(reached.get(0))) {
      return ExitCode.FAILED;
    }
    return enter(addresses.stream().allMatch(InetAddress::isLoopbackAddress));
  }

  // ---------------------------------------------------------------- the way to it

  private List<InetAddress> resolve() {
    try {
      List<InetAddress> found = Arrays.asList(InetAddress.getAllByName(target.host()));
      List<String> shown = new ArrayList<>();
      found.forEach(each -> shown.add(each.getHostAddress()));
      findings.ok("name", target.host() + " is " + String.join(", ", shown));
      return found;
    } catch (UnknownHostException unknown) {
      findings.wrong(
          "name",
          target.host() + " is unknown",
          "Is it spelt right (-h)? Does this machine's DNS know it?");
      return List.of();
    }
  }

  private List<InetAddress> reach(List<InetAddress> addresses) {
    List<InetAddress> reached = new ArrayList<>();
    for (InetAddress each : addresses) {
      long begin = System.nanoTime();
      try (Socket socket = target.tcp(each)) {
        String millis = String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) / 1e6);
        reached.add(each);
        findings.ok(
            "TCP", target.at(each) + (socket.isConnected() ? " answers in " + millis + " ms" : ""));
      } catch (IOException failed) {
        findings.warn("TCP", target.at(each) + ": " + Target.words(failed), "");
      }
    }
    if (reached.isEmpty() && !addresses.isEmpty()) {
      findings.wrong(
          "TCP",
          "no address answers at port " + target.port(),
          "Does a broker run there? Is the port right (-p)? Does a firewall stand between?");
    }
    return reached;
  }

  private boolean opensWebSocket(InetAddress address) {
    try (Socket plain = target.tcp(address);
        Socket socket =
            target.encrypted()
                ? target.tls(plain, TlsFlags.context(flags), !flags.has(Flag.INSECURE))
                : plain) {
      new WebSocketWire(socket.getInputStream(), socket.getOutputStream(), target);
      findings.ok("WebSocket", "opens at " + target.webSocketPath());
      return true;
    } catch (IOException failed) {
      findings.wrong(
          "WebSocket",
          Target.words(failed),
          "Is the port for WebSocket (-p)? Is the path right (--ws-path)?");
      return false;
    }
  }

  // ---------------------------------------------------------------- MQTT

  private MqttClient client(ProtocolVersion version) {
    try {
      return connection
          .in(version)
          .builder()
          .withoutReconnecting()
          .timeout(Duration.ofMillis(Target.STEP_MILLIS_MAX))
          .build();
    } catch (IllegalArgumentException | MqttClientException wrong) {
      throw new MistakeException(String.valueOf(wrong.getMessage()));
    }
  }

  private int enter(boolean loopback) {
    boolean chosen = flags.has(Flag.VERSION) || flags.has(Flag.PROPERTY);
    int code = enter(connection.version(), loopback, chosen);
    return code == AGAIN ? enter(ProtocolVersion.MQTT_3_1_1, loopback, true) : code;
  }

  /** Gives the exit code, or AGAIN where another version might be taken. */
  private int enter(ProtocolVersion version, boolean loopback, boolean last) {
    try (MqttClient client = client(version)) {
      ConnectResult result = client.blocking().connect();
      if (!result.isRefused()) {
        findings.ok(MQTT, words(version) + ", the broker lets " + who() + " in");
        judge(loopback);
        if (version.isFive()) {
          Announcing.tell(result.announced(), 0, findings);
        }
        int code = message.examine(client);
        client.blocking().disconnect();
        return code;
      }
      if (result.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION && !last) {
        findings.note(MQTT, "the broker does not speak " + words(version));
        return AGAIN;
      }
      refused(result, version);
      return ExitCode.ofRefusal(result.reason(), version);
    } catch (MqttClientException failed) {
      String why = target.without(String.valueOf(failed.getMessage()));
      if (!last) {
        findings.note(MQTT, "no " + words(version) + ": " + why);
        return AGAIN;
      }
      int code = ExitCode.ofFailure(why);
      findings.wrong(MQTT, why, advice(code));
      return code;
    }
  }

  private String advice(int code) {
    return code == ExitCode.TLS_FAILED
        ? "Does the broker want a certificate of the client's: --cert and --key?"
        : target.encrypted()
            ? "Is this port for MQTT?"
            : "Is this port for MQTT, or for TLS (--cafile FILE) or WebSocket (--ws)?";
  }

  private static String words(ProtocolVersion version) {
    return switch (version) {
      case MQTT_3_1 -> "MQTT 3.1";
      case MQTT_3_1_1 -> "MQTT 3.1.1";
      case MQTT_5 -> "MQTT 5";
    };
  }

  private String who() {
    return connection.user().map(user -> "'" + user + "'").orElse(isAnonymous() ? "anyone" : "us");
  }

  private boolean isAnonymous() {
    return connection.user().isEmpty()
        && connection.password().isEmpty()
        && !flags.has(Flag.CERTIFICATE);
  }

  private void judge(boolean loopback) {
    if (loopback) {
      return;
    }
    if (isAnonymous()) {
      findings.warn(
          "security",
          "whoever reaches this address may come in"
              + (target.encrypted() ? "" : ", and listen in, as there is no TLS"),
          "Who runs the broker can demand passwords or certificates.");
    } else if (!target.encrypted()) {
      findings.warn(
          "security",
          "there is no TLS: whoever is on the way reads all, and any password",
          "Use a port for TLS: --cafile or --tls-use-os-certs.");
    }
  }

  private void refused(ConnectResult result, ProtocolVersion version) {
    String why = result.explanation().isEmpty() ? "" : " (" + result.explanation() + ")";
    String advice =
        switch (result.reason()) {
          case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED ->
              isAnonymous() ? "It wants to know who you are: -u and -P." : "Are -u and -P right?";
          case CLIENT_IDENTIFIER_NOT_VALID -> "Try another Client Identifier: -i.";
          case UNSUPPORTED_PROTOCOL_VERSION -> "Try another version: -V.";
          case USE_ANOTHER_SERVER, SERVER_MOVED ->
              "Go to " + result.announced().serverReference() + ".";
          default -> "The broker's log may say more.";
        };
    findings.wrong(
        MQTT,
        words(version) + ", the broker refuses: " + Reasons.words(result.reason()) + why,
        advice);
  }
}
