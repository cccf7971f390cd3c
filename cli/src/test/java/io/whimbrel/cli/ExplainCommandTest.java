package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    "publish, news/x, '', 1, 'refused: ACL, no rule grants all of it'",
    "publish, alice/y, alice, 0, 'granted: ACL, line 3: topic alice/#'",
    "subscribe, alice/#, alice, 1, 'refused: ACL, line 4: topic deny alice/x'",
  })
  void namesTheRule(String action, String topic, String user, int code, String answer) {
    assertThat(run("explain", action, "c", topic, "--user", user, "--acl-file", rights.toString()))
        .isEqualTo(code);
    assertThat(said.toString().strip()).isEqualTo(answer.replace("ACL", rights.toString()));
  }

  @Test
  void asksTheFileOfTheConfiguration() throws Exception {
    assertThat(run("explain", "publish", "c", "a")).isZero();
    assertThat(said.toString()).contains("there is no auth.acl-file");
    Files.writeString(directory.resolve("whimbrel.yaml"), "auth: {acl-file: " + rights + "}\n");

    assertThat(run("explain", "publish", "c", "a")).isEqualTo(1);
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
