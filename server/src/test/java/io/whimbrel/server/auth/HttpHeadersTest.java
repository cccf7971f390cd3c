package io.whimbrel.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.server.files.AuthFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpHeadersTest {
  @TempDir Path directory;

  @Test
  void linesAreHeaders() throws Exception {
    HttpHeaders headers = read("# ours\n\nAuthorization: Bearer s3cret=\nX-Key:a: b \n");

    assertThat(headers.all()).isEqualTo(Map.of("Authorization", "Bearer s3cret=", "X-Key", "a: b"));
    assertThat(headers.toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer s3cret | :1: it is no header, allowed: NAME: VALUE",
        "X Key: s3cret | :1: it is no header, allowed: NAME: VALUE",
        "X-Key: s3crét | :1: it is no header, allowed: NAME: VALUE",
        ": s3cret | :1: it is no header, allowed: NAME: VALUE",
        "host: s3cret | :1: found host, which the broker sets itself",
        "Content-Type: s3cret | :1: found Content-Type, which the broker sets itself",
        "A: s3cret\\na: s3cret | :2: found a twice, allowed: once",
      })
  void whatIsNoneIsToldWithoutItsValue(String text, String problem) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(AuthFileException.class)
        .hasMessage(directory.resolve("headers") + problem);
  }

  @Test
  void thereAreNotMoreThanMayBe() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 32; i++) {
      lines.append("X-").append(i).append(": x\n");
    }
    assertThat(read(lines.toString()).all()).hasSize(32);

    assertThatThrownBy(() -> read(lines + "Y: y\n"))
        .hasMessage(directory.resolve("headers") + ": found 33 headers, allowed: at most 32");
  }

  private HttpHeaders read(String text) throws Exception {
    return HttpHeaders.read(Files.writeString(directory.resolve("headers"), text));
  }
}
