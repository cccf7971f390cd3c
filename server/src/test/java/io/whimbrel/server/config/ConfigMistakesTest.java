package io.whimbrel.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigMistakesTest {
  private static final String REMEDY =
      "say who may come with auth.password-file or tls.user-from, or let in only"
          + " whom you trust (firewall, private network) and say so with"
          + " listeners.allow-anonymous: true (WHIMBREL_LISTENERS_ALLOW_ANONYMOUS=true)";
  private static final String OPEN =
      " other machines can reach, and clients need no credentials; keep 127.0.0.1, or " + REMEDY;

  @TempDir Path directory;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            "a link of MQTT-SN that does not say what carries it",
            "sn-links:\n  hall:\n    port: 10001\n",
            ":3: sn-links.hall.kind: is not said, allowed: one of off, udp, dtls, serial, xbee"),
        arguments(
            "a link with a name that is none",
            "sn-links:\n  Hall: {kind: udp}\n",
            ":2: sn-links: found 'sn-links.Hall', allowed: a name of up to 32 of a to z, 0 to 9"
                + " and -"),
        arguments(
            "a key that links do not have",
            "sn-links:\n  hall:\n    prot: 1\n",
            ":3: 'sn-links.hall.prot': no such key, did you mean sn-links.hall.port?"),
        arguments(
            "a serial line without a device",
            "sn-links: {hall: {kind: serial}}",
            ":1: sn-links.hall.device: is not said, allowed: the path of a serial line"),
        arguments(
            "a serial line with a port",
            "sn-links:\n  hall:\n    kind: serial\n    device: /dev/null\n    port: 1\n",
            ":5: sn-links.hall.port: means nothing where kind is serial"),
        arguments(
            "a link of a network without a port",
            "sn-links: {hall: {kind: udp}}",
            ":1: sn-links.hall.port: is not said, allowed: 1 to 65535 or any"),
        arguments(
            "two links at one port",
            "sn: {udp-port: 10000}\nsn-links:\n  hall: {kind: udp, port: 10000}\n",
            ":3: sn-links.hall.port: found 10000, which is sn.udp-port too"),
        arguments(
            "two links at one device",
            "sn-links:\n  a: {kind: serial, device: /dev/x}\n  b: {kind: xbee, device: /dev/x}\n",
            ":3: sn-links.b.device: found /dev/x, which is sn-links.a.device too"),
        arguments(
            "DTLS without anything that proves who somebody is",
            "sn-links: {hall: {kind: dtls, port: 10001}}",
            ":1: sn-links.hall.kind: needs psk-file, or certificate, key and ca"),
        arguments(
            "DTLS that asks nobody for a certificate",
            "sn-links: {hall: {kind: dtls, port: 10001, certificate: a, key: b}}",
            ":1: sn-links.hall.certificate: certificate, key and ca go together: devices prove who"
                + " they are by one too"),
        arguments(
            "plain UDP for other machines",
            "sn-links: {hall: {kind: udp, port: 10001, bind: 0.0.0.0}}",
            ":1: sn-links.hall.bind: found 0.0.0.0, which other machines can reach, and plain UDP"
                + " proves nothing; use dtls, or let in only whom you trust and say so with"
                + " user-name, auth.chain-sn or listeners.allow-anonymous"),
        arguments(
            "a chain that is deaf to what DTLS proves",
            "auth: {chain-sn-dtls: anonymous}\nsn-links: {y: {kind: dtls, port: 1, psk-file: k}}",
            ":1: auth.chain-sn-dtls: lacks link, which says who devices by sn-dtls are; put it"
                + " first, or say it in auth.chain-sn-dtls"),
        arguments(
            "a chain for all that is deaf to it",
            "auth: {chain: anonymous}\nsn-links: {y: {kind: dtls, port: 1, psk-file: k}}",
            ":1: auth.chain: lacks link, which says who devices by sn-dtls are; put it first, or"
                + " say it in auth.chain-sn-dtls"),
        arguments(
            "SCRAM without users",
            "auth: {chain: scram}",
            ":1: auth.chain: scram needs auth.scram-file"),
        arguments(
            "anonymous devices of other machines",
            "auth: {chain-sn: anonymous}\nsn-links: {y: {kind: udp, port: 1, bind: 0.0.0.0}}",
            ":1: auth.chain-sn: anonymous needs listeners.allow-anonymous: true, as other machines"
                + " reach it"),
        arguments(
            "an id of two topics",
            "sn: {predefined-topics: '1=a,1=b'}",
            ":1: sn.predefined-topics: found the id 1 twice, allowed: once"),
        arguments(
            "an id of two topics, of a link",
            "sn-links: {y: {kind: udp, port: 1, predefined-topics: '1=a,1=b'}}",
            ":1: sn-links.y.predefined-topics: found the id 1 twice, allowed: once"),
        arguments(
            "names bound to users where nothing is proved",
            "sn-links: {y: {kind: udp, port: 1, client-name: user}}",
            ":1: sn-links.y.client-name: means nothing where kind is udp"),
        arguments(
            "datagrams that no radio sends",
            "sn-links: {y: {kind: xbee, device: /dev/x, datagram-bytes-max: 300}}",
            ":1: sn-links.y.datagram-bytes-max: found 300, allowed: at most 255 by xbee"),
        arguments(
            "datagrams that are no record of DTLS",
            "sn: {datagram-bytes-max: 32KiB}\nsn-links: {y: {kind: dtls, port: 1, psk-file: k}}",
            ":2: sn-links.y.datagram-bytes-max: found 32768, allowed: at most 16384 by dtls"),
        arguments(
            "nothing that listens",
            "listeners: {tcp-port: 0, websocket-port: 0}\nsn-links: {y: {kind: off}}",
            ":1: listeners.tcp-port: it and all other ports of MQTT are off; give one of them a"
                + " port, or set listeners.unix-socket"),
        arguments(
            "a group that is none",
            "sn: {multicast-group: 10.0.0.1}",
            ":1: sn.multicast-group: found '10.0.0.1', allowed: a multicast address, such as"
                + " 239.1.2.3 or ff02::6d71, or none"),
        arguments(
            "a topic of MQTT-SN without its id",
            "sn: {predefined-topics: '1=a,b'}",
            ":1: sn.predefined-topics: found '1=a,b', allowed: ID=TOPIC, with an id from 1 to"
                + " 65534, or several of them with commas in between, or none"),
        arguments(
            "a word for a number",
            "listeners:\n  backlog: many\n",
            ":2: listeners.backlog: found 'many', allowed: a whole number from 1 to 65535"),
        arguments(
            "a number out of range",
            "limits:\n\n  receive-maximum: 65536\n",
            ":3: limits.receive-maximum: found '65536', allowed: a whole number from 1 to 65535"),
        arguments(
            "a number far out of range",
            "limits: {queue-bytes-max: 9999999999999GiB}",
            ":1: limits.queue-bytes-max: found '9999999999999GiB', allowed: 1KiB to 1024GiB, as"
                + " bytes or with KiB, MiB, GiB"),
        arguments(
            "a negative number",
            "limits: {slice-max: -1}",
            ":1: limits.slice-max: found '-1', allowed: a whole number from 1 to 1000000"),
        arguments(
            "a size above the largest packet there is",
            "limits: {packet-size-max: 256MiB}",
            ":1: limits.packet-size-max: found '256MiB', allowed: 256 to 268435455, as bytes or"
                + " with KiB, MiB, GiB"),
        arguments(
            "a size with a unit that has two meanings",
            "limits: {queue-bytes-max: 64MB}",
            ":1: limits.queue-bytes-max: found '64MB', allowed: 1KiB to 1024GiB, as bytes or with"
                + " KiB, MiB, GiB"),
        arguments(
            "a duration without a whole number of seconds",
            "limits: {keep-alive-max: 1500ms}",
            ":1: limits.keep-alive-max: found '1500ms', allowed: 0 to 65535s, as whole seconds or"
                + " with s, m, h, d"),
        arguments(
            "a duration with an unknown unit",
            "limits: {connect-timeout: 10 parsecs}",
            ":1: limits.connect-timeout: found '10 parsecs', allowed: 100ms to 1d, as milliseconds"
                + " or with ms, s, m, h, d"),
        arguments(
            "a choice that is none",
            "limits: {drop-policy: middle}",
            ":1: limits.drop-policy: found 'middle', allowed: one of newest, oldest"),
        arguments(
            "a flag that is neither",
            "limits: {payload-format-check: yes}",
            ":1: limits.payload-format-check: found 'yes', allowed: true or false"),
        arguments(
            "a port that is none",
            "http: {port: 70000}",
            ":1: http.port: found '70000', allowed: 1 to 65535, 0 (off) or any (one that is free)"),
        arguments(
            "an address that is none",
            "http: {bind: 300.0.0.1}",
            ":1: http.bind: found '300.0.0.1', allowed: an IPv4 or IPv6 address or a host name"),
        arguments(
            "a path that begins nowhere",
            "listeners: {websocket-path: mqtt}",
            ":1: listeners.websocket-path: found 'mqtt', allowed: begins with / and has no query,"
                + " no fragment and no spaces"),
        arguments(
            "a directory with a line break",
            "data-dir: \"a\\nb\"",
            ":1: data-dir: found 'a\\nb', allowed: the path of a directory"),
        arguments(
            "a value that would colour the terminal",
            "log: {level: \"\\e[31mred\"}",
            ":1: log.level: found '\\u001b[31mred', allowed: one of error, warn, info, debug,"
                + " trace"),
        arguments(
            "nothing for a value",
            "data-dir:\n",
            ":1: data-dir: found nothing, allowed: the path of a directory"),
        arguments(
            "a list for a value",
            "data-dir: [a, b]\n",
            ":1: data-dir: found a list, allowed: the path of a directory"),
        arguments(
            "a section for a value",
            "data-dir: {a: b}\n",
            ":1: data-dir: found a section, allowed: the path of a directory"),
        arguments(
            "a value for a section",
            "listeners: 1883\n",
            ":1: listeners: found '1883', allowed: a section with keys"),
        arguments(
            "a list for a section",
            "limits:\n  - slice-max: 1\n",
            ":2: limits: found a list, allowed: a section with keys"),
        arguments("a list for a file", "- a\n- b\n", ":1: found a list, allowed: keys and values"),
        arguments("a word for a file", "hello\n", ":1: found 'hello', allowed: keys and values"),
        arguments(
            "a second document",
            "data-dir: a\n---\ndata-dir: b\n",
            ":3: found a second document, allowed: one"),
        arguments(
            "an alias",
            "data-dir: &here x\nhttp: {bind: *here}\n",
            ":2: http.bind: found an alias, allowed: the value written out"),
        arguments(
            "a key with a typing mistake",
            "limits:\n  recieve-maximum: 10\n",
            ":2: 'limits.recieve-maximum': no such key, did you mean limits.receive-maximum?"),
        arguments(
            "a key in another spelling",
            "listeners:\n  tcpPort: 10\n",
            ":2: 'listeners.tcpPort': no such key, did you mean listeners.tcp-port?"),
        arguments(
            "a key in the wrong section",
            "slice-max: 10\n",
            ":1: 'slice-max': no such key, did you mean limits.slice-max?"),
        arguments(
            "a section with a typing mistake, told once",
            "listener:\n  tcp-port: 1\n  bind: ::1\n",
            ":1: 'listener': no such key, did you mean listeners?"),
        arguments(
            "a key like no other",
            "bananas: 10\n",
            ":1: 'bananas': no such key; whimbrel broker --print-config shows all there are"),
        arguments(
            "a key said twice",
            "limits:\n  slice-max: 1\n  slice-max: 2\n",
            ":3: limits.slice-max: said twice, first at FILE:2; keep one of them"),
        arguments(
            "a section said twice",
            "http:\n  port: 0\nlog:\n  level: warn\nhttp:\n  bind: ::1\n",
            ":5: http: said twice, first at FILE:1; make them one"),
        arguments(
            "YAML that is none",
            "listeners:\n  tcp-port: 1\n   bind: x\n",
            ":3: not YAML: mapping values are not allowed here"),
        arguments(
            "a tab for spaces",
            "listeners:\n\ttcp-port: 1\n",
            ":2: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use"
                + " \\t(TAB) for indentation)"),
        arguments(
            "all listeners off",
            "listeners:\n  tcp-port: 0\n  websocket-port: 0\n",
            ":2: listeners.tcp-port: it and all other ports of MQTT are off; give one of them a"
                + " port, or set listeners.unix-socket"),
        arguments(
            "a mode that is none",
            "listeners: {unix-socket-mode: 0o660}",
            ":1: listeners.unix-socket-mode: found '0o660', allowed: three octal digits, such as"
                + " 660"),
        arguments(
            "a listener that is none",
            "listeners: {proxy-protocol: 'tcp,mqtt'}",
            ":1: listeners.proxy-protocol: found 'tcp,mqtt', allowed: one of tcp, websocket, tls,"
                + " wss, unix, or several of them with commas in between, or none"),
        arguments(
            "a word of a list said twice",
            "listeners: {proxy-protocol: 'tcp,tcp'}",
            ":1: listeners.proxy-protocol: found 'tcp,tcp', allowed: one of tcp, websocket, tls,"
                + " wss, unix, or several of them with commas in between, or none"),
        arguments(
            "a network with bits behind its prefix",
            "listeners: {proxy-from: '10.0.0.1/8'}",
            ":1: listeners.proxy-from: found '10.0.0.1/8', allowed: an address, or a network such"
                + " as 10.0.0.0/8, or several of them with commas in between"),
        arguments(
            "a proxy before a listener that is off",
            "listeners:\n  proxy-protocol: tls\n  allow-anonymous: true\n",
            ":2: listeners.proxy-protocol: found tls, which is off; set listeners.tls-port"),
        arguments(
            "a proxy that lets everybody in",
            "listeners:\n  proxy-protocol: tcp\n",
            ":2: listeners.proxy-protocol: found tcp: clients come from other machines, and need"
                + " no credentials; "
                + REMEDY),
        arguments(
            "a cipher suite in the words of OpenSSL",
            "tls: {ciphers: ECDHE-ECDSA-AES128-GCM-SHA256}",
            ":1: tls.ciphers: found 'ECDHE-ECDSA-AES128-GCM-SHA256', allowed: the name of a cipher"
                + " suite such as TLS_AES_128_GCM_SHA256, or several of them with commas in"
                + " between, or default"),
        arguments(
            "cipher suites of a version that is not spoken",
            "tls:\n  protocols: newest\n  ciphers: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n",
            ":3: tls.ciphers: none of them is one of TLS 1.3, and tls.protocols is newest"),
        arguments(
            "TLS without a certificate",
            "listeners:\n  tls-port: 8883\n",
            ":2: listeners.tls-port: TLS needs tls.certificate and tls.key (--cert and --key)"),
        arguments(
            "a certificate asked for, and nobody who may issue it",
            "tls:\n  client-certificate: required\n",
            ":2: tls.client-certificate: needs tls.ca, which says whose certificates count"
                + " (--cafile)"),
        arguments(
            "revocation of nobody's certificates",
            "tls:\n  crl: a.crl\n",
            ":2: tls.crl: needs tls.ca, whose certificates it revokes"),
        arguments(
            "a name from certificates that nobody shows",
            "tls:\n  user-from: cn\n",
            ":2: tls.user-from: needs tls.client-certificate: optional or required"),
        arguments(
            "two listeners on one port",
            "listeners:\n  tcp-port: 9001\n",
            ":2: listeners.websocket-port: found 9001, which is listeners.tcp-port too; give each"
                + " a port of its own, or 0 to switch one off"),
        arguments(
            "health on the port of a listener",
            "http:\n  bind: '::'\n  port: 1883\n",
            ":3: http.port: found 1883, which is listeners.tcp-port too; give each a port of its"
                + " own, or 0 to switch one off"),
        arguments(
            "a CONNECT larger than every packet",
            "limits:\n  packet-size-max: 32KiB\n",
            ":2: limits.connect-packet-size-max: found 64KiB, allowed: at most"
                + " limits.packet-size-max, which is 32KiB"),
        arguments(
            "no room for one packet of the largest size",
            "overload:\n  unfinished-bytes-max: 1MiB\n",
            ":2: overload.unfinished-bytes-max: found 1MiB, allowed: at least"
                + " limits.packet-size-max, which is 16MiB"),
        arguments(
            "a ban that is none",
            "logins:\n  ban: 0\n",
            ":2: logins.ban: found '0', allowed: 1s to 1d, as milliseconds or with ms, s, m, h,"
                + " d"),
        arguments(
            "a keep alive longer than the longest",
            "limits:\n  keep-alive-max: 1m\n  server-keep-alive: 2m\n",
            ":3: limits.server-keep-alive: found 2m, allowed: at most limits.keep-alive-max, which"
                + " is 1m"),
        arguments(
            "a server that is told passwords where others can read them",
            "auth:\n  http-url: http://auth.example/\n",
            ":2: auth.http-url: found http://auth.example/, which is http to another machine, and"
                + " who is between could read and forge all of it; use https, or say that you"
                + " trust all of them with auth.http-plain: true"),
        arguments(
            "a URL with a password in it",
            "auth: {http-url: 'https://u:p@auth.example/'}",
            ":1: auth.http-url: found 'https://u:p@auth.example/', allowed: a URL of https,"
                + " or of http to this machine, without user name and fragment, or none"),
        arguments(
            "a server that is waited for when its client is not",
            "auth:\n  http-url: https://auth.example/\n  http-timeout: 10s\n",
            ":3: auth.http-timeout: found 10s, allowed: less than limits.connect-timeout, which is"
                + " 10s"),
        arguments(
            "a chain that asks a server nobody named",
            "auth: {chain: http}",
            ":1: auth.chain: http needs auth.http-url"),
        arguments(
            "a plugin that is waited for when its client is not",
            "auth:\n  plugin-directory: plugins\n  plugin-timeout: 10s\n",
            ":3: auth.plugin-timeout: found 10s, allowed: less than limits.connect-timeout, which"
                + " is 10s"),
        arguments(
            "a client that is waited for shorter than a plugin",
            "auth: {plugin-directory: plugins}\nlimits:\n  connect-timeout: 5s\n",
            ":3: auth.plugin-timeout: found 5s, allowed: less than limits.connect-timeout, which"
                + " is 5s"),
        arguments(
            "an open address",
            "listeners:\n  bind: 0.0.0.0\n",
            ":2: listeners.bind: found 0.0.0.0, which" + OPEN),
        arguments(
            "an open address that lets nobody in",
            "listeners:\n  bind: '::'\n  allow-anonymous: false\n",
            ":2: listeners.bind: found ::, which" + OPEN),
        arguments(
            "a host name that may be anywhere",
            "listeners:\n  bind: broker.example\n",
            ":2: listeners.bind: found broker.example, which" + OPEN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void everyMistakeHasItsOneLine(String what, String yaml, String line) throws Exception {
    Path file = write(yaml);

    assertThat(lines(reader -> reader.file(file)))
        .containsExactly(file + line.replace("FILE", file.toString()));
  }

  @Test
  void allMistakesOfAFileAreToldInTheOrderOfTheirLines() throws Exception {
    Path file =
        write(
            """
            listeners:
              tcp-port: x
              websocket-port: []
            log: 3
            limits:
              slice-max: 0
              slice-maxx: 0
            data-dir: 'x
            """);

    assertThat(lines(reader -> reader.file(file)))
        .extracting(line -> line.substring(file.toString().length(), line.indexOf(' ')))
        .containsExactly(":2:", ":3:", ":4:", ":6:", ":7:", ":9:");
  }

  @Test
  void aKeyWithAMistakeIsNotBlamedForACombinationToo() throws Exception {
    Path file = write("listeners: {tcp-port: off, websocket-port: 0}");

    assertThat(lines(reader -> reader.file(file))).hasSize(1);
  }

  @Test
  void aFileFullOfOtherThingsIsToldWithoutAGuessForEachLine() throws Exception {
    Path file = write("listeners-: 1\n" + others(10_000));
    List<String> lines = lines(reader -> reader.file(file));

    assertThat(lines).hasSize(10_001);
    assertThat(lines.get(0)).endsWith("no such key, did you mean listeners?");
    assertThat(lines.get(10_000)).endsWith("'listeners-9999': no such key");
  }

  private static String others(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "listeners-" + i + ": 1\n")
        .collect(Collectors.joining());
  }

  @Test
  void aFileThatCannotBeReadIsOneLine() throws Exception {
    Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'a', ':', (byte) 0xe4});
    Path missing = directory.resolve("missing.yaml");
    Path large = Files.write(directory.resolve("large.yaml"), new byte[(1 << 20) + 1]);

    assertThat(lines(reader -> reader.file(directory)))
        .containsExactly(directory + ": is a directory, not a file");
    assertThat(lines(reader -> reader.file(missing)))
        .containsExactly(missing + ": there is no such file");
    assertThat(lines(reader -> reader.file(latin)))
        .containsExactly(latin + ": is not written in UTF-8");
    assertThat(lines(reader -> reader.file(large)))
        .containsExactly(large + ": is larger than 1MiB, which no configuration is");
  }

  @Test
  void anUnknownVariableIsRefusedWithoutShowingItsValue() {
    Map<String, String> variables =
        Map.of(
            "WHIMBREL_LISTENER_TCP_PORT", "hunter2",
            "WHIMBREL_JAVA_OPTS", "-Xmx1g",
            "WHIMBREL_JAVA", "java",
            "WHIMBREL_HOME", "/opt",
            "PATH", "/bin");

    assertThat(lines(reader -> reader.environment(variables)))
        .containsExactly(
            "environment WHIMBREL_LISTENER_TCP_PORT: no such variable,"
                + " did you mean WHIMBREL_LISTENERS_TCP_PORT?");
  }

  @Test
  void aVariableWithAMistakeIsNamed() {
    assertThat(lines(reader -> reader.environment(Map.of("WHIMBREL_HTTP_PORT", ""))))
        .containsExactly(
            "environment WHIMBREL_HTTP_PORT: http.port: found '',"
                + " allowed: 1 to 65535, 0 (off) or any (one that is free)");
  }

  @Test
  void aFlagWithAMistakeIsNamed() {
    assertThat(
            lines(
                reader -> {
                  reader.flag("--port", "listeners.tcp-port", "http");
                  reader.flag("--limit", "limits.slice-max", "1");
                  reader.flag("--limit", "limits.slice-max", "2");
                  reader.flag("--limit", "limits.slices-max", "3");
                }))
        .containsExactly(
            "flag --port: listeners.tcp-port: found 'http',"
                + " allowed: 1 to 65535, 0 (off) or any (one that is free)",
            "flag --limit: limits.slice-max: said twice; keep one of them",
            "flag --limit: 'limits.slices-max': no such key, did you mean limits.slice-max?");
  }

  @Test
  void aLongValueIsCutAndNeverLeavesItsLine() throws Exception {
    Path file = write("data-dir: \"" + "\\u2028\\r".repeat(5_000) + "\"\n");

    String line = lines(reader -> reader.file(file)).get(0);

    assertThat(line).contains("\\u2028\\u000d").contains("…").hasSizeLessThan(600);
    assertThat(line.lines()).hasSize(1);
  }

  private interface Reading {
    void from(ConfigReader reader);
  }

  private static List<String> lines(Reading reading) {
    ConfigReader reader = new ConfigReader();
    reading.from(reader);
    ConfigException refused = catchThrowableOfType(ConfigException.class, reader::finish);
    assertThat(refused).isNotNull();
    return refused.mistakes().stream().map(ConfigMistake::line).toList();
  }

  private Path write(String yaml) throws IOException {
    return Files.write(directory.resolve("whimbrel.yaml"), yaml.getBytes(StandardCharsets.UTF_8));
  }
}
