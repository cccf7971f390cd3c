package io.whimbrel.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where a password comes from: never the command line, which others can see. */
final class Passwords {
  @Option(
      names = "--password-stdin",
      description = "Takes the first line of the standard input, instead of asking.")
  private boolean fromInput;

  private final InputStream in;

  Passwords(InputStream in) {
    this.in = in;
  }

  /**
   * Asks for it.
   *
   * @param twice whether it is to be typed again, because nobody sees it
   */
  @SuppressWarnings("SystemConsoleNull") // it is, before Java 22
  byte[] read(CommandSpec spec, boolean twice) {
    if (fromInput) {
      return firstLine(spec).getBytes(StandardCharsets.UTF_8);
    }
    Console console = System.console();
    if (console == null) {
      throw mistake(
          spec, "there is no terminal to ask at; give the password with --password-stdin");
    }
    char[] typed = asked(spec, console.readPassword("Password: "));
    if (twice && !Arrays.equals(typed, asked(spec, console.readPassword("Again: ")))) {
      throw mistake(spec, "these were two different passwords; nothing was changed");
    }
    return new String(typed).getBytes(StandardCharsets.UTF_8);
  }

  private static char[] asked(CommandSpec spec, char @Nullable [] typed) {
    if (typed == null || typed.length == 0) {
      throw mistake(spec, "there was no password");
    }
    return typed;
  }

  private String firstLine(CommandSpec spec) {
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      if (line != null && !line.isEmpty()) {
        return line;
      }
    } catch (IOException unreadable) {
      // as none
    }
    throw mistake(spec, "there is no password on the standard input");
  }

  private static ParameterException mistake(CommandSpec spec, String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
