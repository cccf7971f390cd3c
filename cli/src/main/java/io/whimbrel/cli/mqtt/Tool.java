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
          "  whimbrel bench roundtrip --clients 5 --rate 1000 -q 1 --json")),
  SN_PUB(
      "sn pub",
      "Publishes messages as a device does, by MQTT-SN over UDP, DTLS or a serial line.",
      List.of(
          "0:done; a message that the broker refused is told of all the same",
          "1:a mistake on the command line, or no broker was reached",
          "7:the connection was lost",
          "others:the broker refused the client: 1 to 3, the return code of its CONNACK"),
      List.of(
          "  whimbrel sn pub -t plant/level -m 21.5 -q 1",
          "  whimbrel sn pub -T 7 -m 21.5 -q -1         without a connection",
          "  sensors | whimbrel sn pub -i pump -t plant/raw -l -q 2",
          "  whimbrel sn pub -p 10001 --psk-identity pump --psk 0a0b0c -t plant/level -m 3",
          "  whimbrel sn pub --serial /dev/rfcomm0 -t plant/level -m 3")),
  SN_SUB(
      "sn sub",
      "Subscribes as a device does, by MQTT-SN over UDP, DTLS or a serial line, and prints each"
          + " message that comes.",
      List.of(
          "0:done, or stopped by Ctrl-C or SIGTERM",
          "1:a mistake on the command line, no broker was reached, or its output is closed",
          "7:the connection was lost",
          "27:the time of -W is over",
          "others:the broker refused the client: 1 to 3, the return code of its CONNACK"),
      List.of(
          "  whimbrel sn sub -t 'plant/#' -v",
          "  whimbrel sn sub -T 7 -C 1 -W 10",
          "  whimbrel sn sub -i panel -c -t 'plant/#' -q 1 --sleep 60"));

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

  /** The tool that the first words of a command line name, or null. */
  public static @Nullable Tool of(List<String> words) {
    for (Tool each : values()) {
      List<String> name = each.words();
      if (words.size() >= name.size() && words.subList(0, name.size()).equals(name)) {
        return each;
      }
    }
    return null;
  }

  /** The words of its command. */
  public List<String> words() {
    return List.of(word.split(" ", -1));
  }

  /** Whether it speaks MQTT-SN: its command is one of {@code sn}. */
  public boolean isOfDevices() {
    return this == SN_PUB || this == SN_SUB;
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
      case SN_PUB -> "Flags are those of whimbrel pub; -T and -q -1 are those of mqtt-sn-pub.";
      case SN_SUB -> "Flags are those of whimbrel sub; -T is that of mqtt-sn-sub.";
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
