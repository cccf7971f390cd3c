package io.whimbrel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The words of a command line as they were typed. In a locale without UTF-8, such as a container's,
 * Java takes letters beyond ASCII for question marks; what Linux knows of the process has them
 * still.
 */
final class ExactWords {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private ExactWords() {}

  static String[] of(String[] args) {
    boolean exact =
        "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"))
            || Arrays.stream(args).noneMatch(ExactWords::isDamaged);
    if (exact) {
      return args;
    }
    try {
      String all = new String(Files.readAllBytes(COMMAND_LINE), StandardCharsets.UTF_8);
      String[] words = all.split("\0", -1); // one behind the last, too
      int from = words.length - 1 - args.length;
      return from < 0 ? args : Arrays.copyOfRange(words, from, words.length - 1);
    } catch (IOException notLinux) {
      return args;
    }
  }

  private static boolean isDamaged(String word) {
    return word.chars().anyMatch(c -> c == '?' || c > 127);
  }
}
