package io.whimbrel.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigDocsTest {
  private static final String REWRITE = "whimbrel.docs.rewrite";

  @Test
  void thePageSaysWhatTheTableSays() throws Exception {
    Path page = Path.of(System.getProperty("basedir", "")).resolveSibling("docs/configuration.md");
    if (Boolean.getBoolean(REWRITE)) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, ConfigDocs.page());
    }

    assertThat(page)
        .as("mvn test -pl server -am -Dtest=ConfigDocsTest -D" + REWRITE + "=true writes it anew")
        .hasContent(ConfigDocs.page());
  }
}
