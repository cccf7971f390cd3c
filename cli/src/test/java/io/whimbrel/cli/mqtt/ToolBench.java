package io.whimbrel.cli.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs tools as the command line does, and keeps what they say. */
final class ToolBench {
  private final StringWriter err = new StringWriter();

  /** What a tool printed, and how it ended. */
  record Ended(String out, int code) {}

  Ended run(String tool, String words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code =
        Tools.run(
            Tool.of(tool),
            List.of(words.strip().split("\\s+")),
            Map.of(),
            new Streams(InputStream.nullInputStream(), out, new PrintWriter(err, true)),
            ends -> {},
            () -> {},
            () -> {});
    return new Ended(out.toString(StandardCharsets.UTF_8), code);
  }

  /** What all of them said on the standard error. */
  String err() {
    return err.toString();
  }
}
