package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a client may not. */
class ExplainCommandTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter said = new StringWriter();
  private Path rights;

  @BeforeEach
  void writeRights() throws Exception {
    rights =
        Files.writeString(
            directory.resolve("acl"),
            "topic read news/#\nuser alice\ntopic alice/#\ntopic deny alice/x\n");
  }

  @ParameterizedTest
  @CsvSource({
    "subscribe, $share/g/news/#, '', 0, 'granted: ACL, line 1: topic read news/#'",
    "publish, news/x, '', 1, 'refused: no rule grants all of it'",
    "publish, alice/y, alice, 0, 'granted: ACL, line 3: topic alice/#'",
    "subscribe, alice/x, alice, 1, 'refused: ACL, line 4: topic deny alice/x'",
  })
  void namesTheRule(String action, String topic, String user, int code, String answer) {
    assertThat(run("explain", action, "c", topic, "--user", user, "--acl-file", rights.toString()))
        .isEqualTo(code);
    assertThat(said.toString().strip()).isEqualTo(answer.replace("ACL", rights.toString()));
  }

  @Test
  void saysWhatIsWithheldAndWhatWouldBeGranted() {
    run("explain", "subscribe", "c", "alice/#", "--user", "alice", "--acl-file", rights.toString());
    assertThat(said.toString())
        .contains("granted: ", "  but for what is refused by " + rights + ", line 4: ");
    run("explain", "subscribe", "c", "#", "--acl-file", rights.toString());
    assertThat(said.toString()).contains("  a part of it is granted by " + rights + ", line 1: ");
  }

  @Test
  void asksOurOwnRulesForAnAddressAndAListener() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("rules"),
            "rules:\n  - {allow: write, topic: a, listener: tls,"
                + " address: 10.0.0.0/8, qos-max: 1}\n");
    String file = rules.toString();
    assertThat(run("explain", "publish", "c", "a", "--rules-file", file)).isEqualTo(1);
    assertThat(run("explain", "publish", "c", "a", "--rules-file", file, "--listener", "tls"))
        .isEqualTo(1);
    String[] there = {
      "explain",
      "publish",
      "c",
      "a",
      "--rules-file",
      file,
      "--listener",
      "tls",
      "--address",
      "10.0.0.1",
      "--qos",
      "1"
    };
    assertThat(run(there)).isZero();
    there[there.length - 1] = "2";
    assertThat(run(there)).isEqualTo(1);
    assertThat(said.toString()).contains("above what is granted by " + file + ", line 2: ");
  }

  @Test
  void asksTheFileOfTheConfiguration() throws Exception {
    assertThat(run("explain", "publish", "c", "a")).isZero();
    assertThat(said.toString()).contains("there is neither auth.acl-file nor auth.rules-file");
    Files.writeString(directory.resolve("whimbrel.yaml"), "auth: {acl-file: " + rights + "}\n");

    assertThat(run("explain", "publish", "c", "a")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--listener, tsl, '--listener: found ''tsl'', allowed: tcp, websocket, tls, wss, unix, sn,"
        + " sn-dtls, sn-serial'",
    "--listener, TLS, '--listener: found ''TLS'', allowed: tcp, websocket, tls, wss, unix, sn,"
        + " sn-dtls, sn-serial'",
    "--address, 10.0.0.300, '--address: found ''10.0.0.300'', allowed: an IPv4 or IPv6 address'",
    "--address, 10.0.0.0/8, '--address: found ''10.0.0.0/8'', allowed: an IPv4 or IPv6 address'",
    "--address, localhost, '--address: found ''localhost'', allowed: an IPv4 or IPv6 address'",
    "--address, 10.0.0.1:1883, '--address: found ''10.0.0.1:1883'', allowed: an IPv4 or IPv6"
        + " address'",
  })
  void nobodyComesFromWhereThereIsNothing(String option, String value, String mistake) {
    String[] words = {"explain", "publish", "c", "a", "--acl-file", rights.toString()};
    String[] all = Arrays.copyOf(words, words.length + 2);
    all[words.length] = option;
    all[words.length + 1] = value;

    assertThat(run(all)).isEqualTo(2);
    assertThat(said.toString().lines()).first().asString().endsWith(mistake);
  }

  @Test
  void whoComesByAUnixSocketHasNoAddressUnlessAProxySaysIt() throws Exception {
    String file =
        Files.writeString(
                directory.resolve("rules"),
                "rules:\n  - {allow: write, topic: a, address: 127.0.0.0/8}\n")
            .toString();
    assertThat(run("explain", "publish", "c", "a", "--rules-file", file)).isZero();
    String[] unix = {"explain", "publish", "c", "a", "--rules-file", file, "--listener", "unix"};
    assertThat(run(unix)).isEqualTo(1);
    String[] both = Arrays.copyOf(unix, unix.length + 2);
    both[unix.length] = "--address";
    both[unix.length + 1] = "127.0.0.1";
    assertThat(run(both)).isZero();
  }

  @Test
  void saysThatAPluginIsAskedToo() throws Exception {
    Files.writeString(
        directory.resolve("whimbrel.yaml"),
        "auth: {acl-file: " + rights + ", plugin-directory: plugins, authorizer: sites}\n");
    assertThat(run("explain", "subscribe", "c", "news/x")).isZero();
    assertThat(said.toString())
        .contains("  if the plugin 'sites' grants it too, whose answer is not known here");
    said.getBuffer().setLength(0);
    assertThat(run("explain", "publish", "c", "a")).isEqualTo(1);
    assertThat(said.toString()).as("nobody else is asked then").doesNotContain("sites");
  }

  @Test
  void mistakesAreMistakes() {
    assertThat(run("explain", "publish", "c", "a/#")).isEqualTo(2);
    assertThat(run("explain", "read", "c", "a")).isEqualTo(2);
    environment.put("WHIMBREL_LOG_LEVEL", "loud");
    assertThat(run("explain", "publish", "c", "a")).isEqualTo(2);
  }

  private int run(String... words) {
    PrintWriter writer = new PrintWriter(said, true);
    return Main.run(Main.commandLine(environment, directory).setOut(writer).setErr(writer), words);
  }
}
