package io.whimbrel.cli.mqtt;

import java.util.List;

/**
 * What can be said to the tools. Each row: which tools know it, what it takes (empty for a switch),
 * what the help says, and its names. Those that nobody knows here but Mosquitto stand at the end,
 * with the reason: to leave one out silently would be worse than to refuse it.
 */
enum Flag {
  HOST(Flag.ALL | Flag.SN, "HOST", "Where the broker is; localhost.", "-h", "--host"),
  PORT(Flag.ALL, "PORT", "Its port; 1883, with TLS 8883.", "-p", "--port"),
  SN_PORT(Flag.SN, "PORT", "Its port for MQTT-SN, of UDP; 10000.", "-p", "--port"),
  URL(
      Flag.ALL,
      "URL",
      "All at once: mqtt://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC, or mqtts://, ws://, wss://.",
      "-L",
      "--url"),
  TOPIC(
      Flag.MESSAGING | Flag.DOCTOR | Flag.BENCH,
      "TOPIC",
      "The topic; for sub a topic filter, more than once; for doctor where it tries a message;"
          + " for bench with %%i for the number of a client, whimbrel/bench/%%i.",
      "-t",
      "--topic"),
  QOS(
      Flag.MESSAGING | Flag.DOCTOR | Flag.BENCH,
      "QOS",
      "0, 1 or 2; for pub 0; for sub 0; for request 0; for bench 0; for doctor 1.",
      "-q",
      "--qos"),
  SN_TOPIC(
      Flag.SN, "TOPIC", "The topic; for sn sub a topic filter, more than once.", "-t", "--topic"),
  TOPIC_ID(
      Flag.SN,
      "ID",
      "A topic that broker and client know by an id, 1 to 65534; for sn sub more than once.",
      "-T",
      "--topic-id"),
  SN_QOS(
      Flag.SN,
      "QOS",
      "0, 1 or 2; 0; for sn pub or -1, without a connection: -T, or a topic of two octets.",
      "-q",
      "--qos"),

  PINGS(Flag.PING, "N", "Asks so often; 4.", "-c", "--count"),
  INTERVAL(Flag.PING, "SECONDS", "The wait between; 1.", "--interval"),

  CLIENTS(Flag.BENCH, "N", "So many clients; 10.", "--clients"),
  RAMP(Flag.BENCH, "N", "So many of them begin to connect each second; 100.", "--ramp"),
  EACH_SECOND(
      Flag.BENCH,
      "N",
      "Messages each second, of all clients together; without it as fast as they arrive.",
      "--rate"),
  SIZE(Flag.BENCH, "BYTES", "Bytes of a payload; 64.", "--size"),
  DURATION(Flag.BENCH, "SECONDS", "Ends after so long, once all are connected; 10.", "--duration"),
  MESSAGES(Flag.BENCH, "N", "Ends after so many messages, if that is sooner.", "--messages"),
  WINDOW(Flag.BENCH, "N", "Messages on their way at once, of a client; 20.", "-M"),
  CSV(Flag.BENCH, "", "Prints the report as two lines of CSV.", "--csv"),

  MESSAGE(Flag.SENDS | Flag.SN_PUB, "TEXT", "The payload.", "-m", "--message"),
  FILE(Flag.SENDS | Flag.SN_PUB, "FILE", "The payload is in a file.", "-f", "--file"),
  INPUT(
      Flag.SENDS | Flag.SN_PUB,
      "",
      "The payload is all of the standard input.",
      "-s",
      "--stdin-file"),
  LINES(
      Flag.PUB | Flag.SN_PUB,
      "",
      "Each line of the standard input is a message.",
      "-l",
      "--stdin-line"),
  NOTHING(Flag.SENDS | Flag.SN_PUB, "", "An empty payload.", "-n", "--null-message"),
  RETAIN(
      Flag.PUB | Flag.SN_PUB,
      "",
      "The broker keeps it for who subscribes later.",
      "-r",
      "--retain"),
  REPEAT(Flag.PUB | Flag.SN_PUB, "N", "Publishes it so often.", "--repeat"),
  REPEAT_DELAY(Flag.PUB | Flag.SN_PUB, "SECONDS", "The wait between; 0.", "--repeat-delay"),
  IN_FLIGHT(Flag.MESSAGING, "N", "Messages without acknowledgement at once, of -l; 20.", "-M"),

  RESPONSE(Flag.REQUEST, "TOPIC", "Where the response comes.", "-e"),

  VERBOSE(Flag.PRINTS | Flag.SN_SUB, "", "Prints the topic before the payload.", "-v", "--verbose"),
  FORMAT(
      Flag.PRINTS | Flag.SN_SUB,
      "FORMAT",
      "How a message is printed: %%t topic, %%p payload, %%x payload in hex, %%l its length,"
          + " %%q QoS, %%r retain, %%m packet identifier, %%j %%J JSON, %%I time, %%U Unix time,"
          + " @X strftime; docs/command-line.md has all.",
      "-F"),
  JSON(
      Flag.PRINTS | Flag.SN_SUB | Flag.PING | Flag.DOCTOR | Flag.BENCH,
      "",
      "Prints each message, or the report, as a JSON object on a line.",
      "--json"),
  PRETTY(
      Flag.PRINTS | Flag.SN_SUB | Flag.PING | Flag.DOCTOR | Flag.BENCH,
      "",
      "Prints JSON over several lines.",
      "--pretty"),
  NO_NEWLINE(Flag.PRINTS | Flag.SN_SUB, "", "Prints no end of line after a message.", "-N"),
  COUNT(Flag.SUB | Flag.SN_SUB, "N", "Ends after so many messages.", "-C"),
  WAIT(Flag.PRINTS | Flag.SN_SUB, "SECONDS", "Ends after so long, with exit code 27.", "-W"),
  NO_RETAINED(Flag.PRINTS | Flag.SN_SUB, "", "Prints no retained messages.", "-R"),
  RETAINED_ONLY(
      Flag.SUB, "", "Prints retained messages alone; the first other ends it.", "--retained-only"),
  RETAIN_AS_PUBLISHED(
      Flag.PRINTS, "", "Retain as its publisher said it; MQTT 5.", "--retain-as-published"),
  REMOVE_RETAINED(Flag.SUB, "", "Removes each retained message that comes.", "--remove-retained"),
  FILTER_OUT(Flag.SUB, "FILTER", "Without these topics; more than once.", "-T", "--filter-out"),
  UNSUBSCRIBE(Flag.SUB, "FILTER", "Unsubscribes; more than once.", "-U", "--unsubscribe"),
  SUBSCRIBE_ONLY(Flag.SUB, "", "Ends when the subscriptions are acknowledged.", "-E"),
  RANDOM_FILTER(Flag.SUB, "PERCENT", "Prints only so many of them.", "--random-filter"),
  RATE(
      Flag.PUB | Flag.SUB,
      "",
      "Says each second on the standard error how many messages pass.",
      "--rate"),
  SLEEP(
      Flag.SN_SUB,
      "SECONDS",
      "Sleeps so long and wakes up for its messages by turns, 1 to 65535.",
      "--sleep"),

  ID(Flag.ALL | Flag.SN, "ID", "The Client Identifier; one at random.", "-i", "--id"),
  ID_PREFIX(
      Flag.ALL | Flag.SN, "PREFIX", "The same, followed by the process id.", "-I", "--id-prefix"),
  USER(Flag.ALL, "USER", "The user's name.", "-u", "--username"),
  PASSWORD(
      Flag.ALL,
      "PASSWORD",
      "The password. Others can see it in the list of processes: -o hides it.",
      "-P",
      "--pw"),
  OPTIONS(
      Flag.ALL | Flag.SN, "FILE", "Reads flags from a file, one a line; # begins a remark.", "-o"),
  KEEP_ALIVE(Flag.ALL | Flag.SN, "SECONDS", "Keep Alive, 5 to 65535; 60.", "-k", "--keepalive"),
  VERSION(
      Flag.ALL,
      "VERSION",
      "mqttv31, mqttv311 or mqttv5, or 31, 311, 5; for pub mqttv311; for sub mqttv311; for request"
          + " mqttv5; for ping mqttv311; for bench mqttv311; for doctor mqttv5, then mqttv311.",
      "-V",
      "--protocol-version"),
  KEEP_SESSION(
      Flag.MESSAGING | Flag.SN,
      "",
      "Goes on with the session that the broker has, which is kept afterwards; needs -i.",
      "-c",
      "--disable-clean-session"),
  SESSION_EXPIRY(
      Flag.MESSAGING,
      "SECONDS",
      "The broker keeps the session so long, -1 for ever; MQTT 5.",
      "-x",
      "--session-expiry-interval"),
  PROPERTY(
      Flag.ALL,
      "PACKET NAME VALUE",
      "A property of MQTT 5, such as publish content-type text/plain; user-property takes two"
          + " values. More than once.",
      "-D",
      "--property"),
  WILL_TOPIC(Flag.MESSAGING | Flag.SN, "TOPIC", "Where the Will is published.", "--will-topic"),
  WILL_PAYLOAD(Flag.MESSAGING | Flag.SN, "TEXT", "Its payload.", "--will-payload"),
  WILL_QOS(Flag.MESSAGING | Flag.SN, "QOS", "Its QoS; 0.", "--will-qos"),
  WILL_RETAIN(Flag.MESSAGING | Flag.SN, "", "The broker keeps it.", "--will-retain"),

  CA_FILE(Flag.ALL, "FILE", "TLS, trusting these certificates (PEM) and no others.", "--cafile"),
  OS_CERTIFICATES(Flag.ALL, "", "TLS, trusting the authorities of the JDK.", "--tls-use-os-certs"),
  CERTIFICATE(Flag.ALL, "FILE", "The client's certificate (PEM).", "--cert"),
  KEY(Flag.ALL, "FILE", "Its private key (PEM, PKCS#8).", "--key"),
  INSECURE(
      Flag.ALL,
      "",
      "Takes a certificate that names another host: whoever has any trusted one can listen in.",
      "--insecure"),
  TLS_VERSION(Flag.ALL, "VERSION", "tlsv1.2 or tlsv1.3; both are offered.", "--tls-version"),
  WEB_SOCKET(Flag.ALL, "", "Connects by WebSocket; the port is 80, with TLS 443.", "--ws"),
  WEB_SOCKET_PATH(Flag.ALL, "PATH", "The path there; /mqtt.", "--ws-path"),

  SN_PSK_ID(Flag.SN, "ID", "DTLS, as who has the key of this name.", "--psk-identity"),
  SN_PSK(
      Flag.SN,
      "KEY",
      "That key, in hexadecimal. Others can see it in the list of processes: -o hides it.",
      "--psk"),
  SN_CA_FILE(Flag.SN, "FILE", "DTLS, trusting these certificates (PEM) and no others.", "--cafile"),
  SN_CERTIFICATE(Flag.SN, "FILE", "The client's certificate (PEM).", "--cert"),
  SN_KEY(Flag.SN, "FILE", "Its private key (PEM, PKCS#8).", "--key"),
  SERIAL(Flag.SN, "DEVICE", "By a serial line, such as /dev/rfcomm0.", "--serial"),
  BAUD(Flag.SN, "N", "Its speed, bits a second; 9600.", "--baud"),

  DEBUG(Flag.ALL | Flag.SN, "", "Says on the standard error what happens.", "-d", "--debug"),
  QUIET(Flag.ALL | Flag.SN, "", "Says nothing of what fails.", "--quiet"),
  NO_DELAY(Flag.ALL, "", "Sends small packets at once, as is done anyway.", "--nodelay"),
  KEY_FORM(Flag.ALL, "FORM", "pem, as is done anyway.", "--keyform"),
  HELP(Flag.ALL | Flag.SN, "", "Shows this.", "--help"),
  ABOUT(Flag.ALL | Flag.SN, "", "Shows the version.", "--version"),

  BIND(Flag.REFUSED, "ADDRESS", "the system chooses the address to connect from", "-A"),
  CA_PATH(
      Flag.REFUSED,
      "DIR",
      "join the certificates in one file and give that with --cafile",
      "--capath"),
  CIPHERS(Flag.REFUSED, "LIST", "the JDK's cipher suites are offered", "--ciphers"),
  ALPN(Flag.REFUSED, "NAME", "no protocol is asked for by ALPN", "--tls-alpn"),
  ENGINE(Flag.REFUSED, "ID", "OpenSSL's engines are not known here", "--tls-engine"),
  ENGINE_KEY(
      Flag.REFUSED, "SHA1", "OpenSSL's engines are not known here", "--tls-engine-kpass-sha1"),
  PSK(Flag.REFUSED, "KEY", "Java's TLS has no pre-shared keys", "--psk"),
  PSK_ID(Flag.REFUSED, "ID", "Java's TLS has no pre-shared keys", "--psk-identity"),
  PROXY(Flag.REFUSED, "URL", "connections are made without a proxy", "--proxy"),
  UNIX(Flag.REFUSED, "PATH", "connect over TCP: -h and -p", "--unix"),
  SRV(Flag.REFUSED, "", "name the broker with -h and -p", "-S"),
  WATCH(Flag.REFUSED, "", "-F with escape sequences can place the cursor", "-w", "--watch");

  static final int PUB = 1;
  static final int SUB = 2;
  static final int REQUEST = 4;
  static final int PING = 8;
  static final int DOCTOR = 16;
  static final int MESSAGING = PUB | SUB | REQUEST;
  static final int BENCH = 32;
  static final int ALL = MESSAGING | PING | DOCTOR | BENCH;
  static final int SENDS = PUB | REQUEST;
  static final int PRINTS = SUB | REQUEST;
  static final int SN_PUB = 64;
  static final int SN_SUB = 128;
  static final int SN = SN_PUB | SN_SUB;
  static final int REFUSED = 0;

  private final int tools;
  private final String label;
  private final String description;
  private final String names;

  Flag(int tools, String label, String description, String... names) {
    this.tools = tools;
    this.label = label;
    this.description = description;
    this.names = String.join(" ", names);
  }

  boolean isFor(Tool tool) {
    return (tools & 1 << tool.ordinal()) != 0;
  }

  boolean isRefused() {
    return tools == REFUSED;
  }

  boolean isSwitch() {
    return label.isEmpty();
  }

  String label() {
    return label;
  }

  /** For the help, or why it is refused. */
  String description() {
    return description;
  }

  /** For the help of one tool: what is said "for" others is left out. */
  String description(Tool tool) {
    StringBuilder said = new StringBuilder();
    for (String part : description.split("; for ", -1)) {
      boolean whole = said.length() == 0;
      if (whole) {
        said.append(part);
      } else if (part.startsWith(tool.word() + " ")) {
        said.append("; ").append(part.substring(tool.word().length() + 1));
      }
    }
    return said.toString().endsWith(".") ? said.toString() : said + ".";
  }

  List<String> names() {
    return List.of(names.split(" ", -1));
  }
}
