package io.whimbrel.cli.mqtt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that are clients, and what their help says. */
public enum Tool {
  PUB(
      "pub",
      "Publishes messages.",
      List.of(
          "0:done; a message that the broker refused is told of all the same",
          "1:a mistake on the command line, or no broker was reached",
          "7:the connection was lost",
          "8:TLS could not be agreed on",
          "others:the broker refused the client: 1 to 5 with MQTT 3, 128 to 159 with MQTT 5"),
      List.of(
          "  whimbrel pub -t home/kitchen -m 21.5",
          "  whimbrel pub -t home/door -m open -r -q 1",
          "  sensors | whimbrel pub -t home/raw -l -q 1",
          "  whimbrel pub -L mqtts://alice:secret@broker.example/home/door -m open")),
  SUB(
      "sub",
      "Subscribes, and prints each message that comes.",
      List.of(
          "0:done, or stopped by Ctrl-C or SIGTERM",
          "1:a mistake on the command line, no broker was reached, or its output is closed",
          "7:the connection was lost before it stood",
          "8:TLS could not be agreed on",
          "27:the time of -W is over",
          "others:the broker refused the client: 1 to 5 with MQTT 3, 128 to 159 with MQTT 5"),
      List.of(
          "  whimbrel sub -t 'home/#' -v",
          "  whimbrel sub -t home/door -C 1 -W 10",
          "  whimbrel sub -t 'home/#' -F '@H:@M:@S %%t %%p'",
          "  whimbrel sub -t 'home/#' --json | jq -r .payload",
          "  whimbrel sub -t '#' --rate > /dev/null")),
  REQUEST(
      "request",
      "Publishes a request and prints the response.",
      List.of(
          "0:a response came",
          "1:a mistake on the command line, or no broker was reached",
          "7:the connection was lost",
          "8:TLS could not be agreed on",
          "27:the time of -W is over",
          "others:the broker refused the client: 1 to 5 with MQTT 3, 128 to 159 with MQTT 5"),
      List.of("  whimbrel request -t lamp/get -e lamp/answer -m brightness -W 5")),
  PING(
      "ping",
      "Measures how long a broker takes: name, TCP, TLS, CONNACK, and each PINGRESP.",
      List.of(
          "0:it answered",
          "1:a mistake on the command line, or no broker was reached",
          "7:the connection was lost",
          "8:TLS could not be agreed on",
          "27:an answer did not come within 10 s",
          "others:the broker refused the client: 1 to 5 with MQTT 3, 128 to 159 with MQTT 5"),
      List.of(
          "  whimbrel ping -h broker.example",
          "  whimbrel ping -h broker.example --cafile ca.pem -c 100 --interval 0.1",
          "  whimbrel ping -h broker.example --json")),
  DOCTOR(
      "doctor",
      "Says step by step whether a broker can be reached and used, and what to do where not.",
      List.of(
          "0:nothing is wrong; there may be warnings",
          "1:a mistake on the command line, no broker was reached, or the test message was refused",
          "7:the broker closed the connection",
          "8:TLS cannot be agreed on",
          "27:the test message did not come back",
          "others:the broker refused the client: 1 to 5 with MQTT 3, 128 to 159 with MQTT 5"),
      List.of(
          "  whimbrel doctor -h broker.example",
          "  whimbrel doctor -h broker.example -p 8883 --cafile ca.pem -u alice -o password",
          "  whimbrel doctor -h broker.example --ws -p 9001 -t try/doctor",
          "  whimbrel doctor -h broker.example --json | jq -r '.findings[].said'")),
  BENCH(
      "bench",
      "Measures a broker: whimbrel bench connections, pub, sub or roundtrip.",
      List.of(
          "0:done; what was refused is told in the report",
          "1:a mistake on the command line, or no broker was reached",
          "7:connections were lost",
          "8:TLS could not be agreed on",
          "27:messages had no answer by the end",
          "others:the broker refused all clients: 1 to 5 with MQTT 3, 128 to 159 with MQTT 5"),
      List.of(
          "  whimbrel bench connections --clients 1000 --ramp 500",
          "  whimbrel bench pub --clients 10 -q 1 --size 256",
          "  whimbrel bench sub --clients 10 --duration 60      while another publishes",
          "  whimbrel bench roundtrip --clients 5 --rate 1000 -q 1 --json"));

  private final String word;
  private final String purpose;
  private final String exitCodes;
  private final String examples;

  Tool(String word, String purpose, List<String> exitCodes, List<String> examples) {
    this.word = word;
    this.purpose = purpose;
    this.exitCodes = String.join("\n", exitCodes);
    this.examples = String.join("\n", examples);
  }

  /** The tool of a command, or null. */
  public static @Nullable Tool of(String word) {
    for (Tool each : values()) {
      if (each.word.equals(word)) {
        return each;
      }
    }
    return null;
  }

  /** The command. */
  public String word() {
    return word;
  }

  String purpose() {
    return purpose;
  }

  /** Whose flags they are. */
  String origin() {
    return switch (this) {
      case PUB, SUB -> origin("mosquitto_" + word);
      case REQUEST -> origin("mosquitto_rr");
      case PING, DOCTOR, BENCH -> "Connects with the flags of whimbrel pub and whimbrel sub.";
    };
  }

  private static String origin(String other) {
    return "Flags, output and exit codes are those of " + other + ", and a few more.";
  }

  List<String> exitCodes() {
    return exitCodes.lines().toList();
  }

  List<String> examples() {
    return examples.lines().toList();
  }
}
