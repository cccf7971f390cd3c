package io.whimbrel.cli;

import io.whimbrel.server.Listening;
import io.whimbrel.server.Server;
import io.whimbrel.server.StartException;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ServerConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ExitCode;

/** A broker in the foreground, from its flags to its exit code. */
final class BrokerRun {
  private final Map<String, String> environment;
  private final Path directory;
  private final Ahead ahead;
  private final PrintWriter out;
  private final PrintWriter err;

  /** What it does with the configuration. */
  enum Aim {
    RUN,
    CHECK,
    PRINT
  }

  BrokerRun(
      Map<String, String> environment,
      Path directory,
      Ahead ahead,
      PrintWriter out,
      PrintWriter err) {
    this.environment = environment;
    this.directory = directory;
    this.ahead = ahead;
    this.out = out;
    this.err = err;
  }

  /** Gives the exit code. */
  int run(BrokerFlags flags, Aim aim) {
    BrokerSource source = new BrokerSource(flags, environment, directory);
    EffectiveConfig effective;
    try {
      effective = source.read();
    } catch (ConfigException refused) {
      refused.mistakes().forEach(mistake -> err.println(mistake.line()));
      return ExitCode.USAGE;
    }
    switch (aim) {
      case PRINT -> {
        out.print(effective.settings().toYaml());
        out.flush();
        return ExitCode.OK;
      }
      case CHECK -> {
        try {
          Server.check(effective.config());
        } catch (StartException refused) {
          err.println("whimbrel: " + refused.getMessage());
          return ExitCode.USAGE;
        }
        out.println("The configuration is in order.");
        return ExitCode.OK;
      }
      case RUN -> {}
    }
    try {
      return serve(effective, source);
    } catch (StartException refused) {
      err.println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  /** Runs until the JVM is told to end, or this thread is interrupted. */
  private int serve(EffectiveConfig effective, BrokerSource source) throws StartException {
    ServerConfig config = effective.config();
    ahead.awaitLog();
    Logging.start(config.log());
    RunningBroker broker = new RunningBroker();
    Runtime.getRuntime().addShutdownHook(new Thread(broker::stopAndHalt, "shutdown"));
    Hangup hangup = Hangup.begin(broker::reload); // one that comes meanwhile waits for the start
    List<Listening> listening = broker.start(effective, source);
    try {
      hangup.awaitBegun();
      out.print(StartMessage.of(config, listening));
      out.flush();
      String why = broker.awaitFailure();
      broker.stop();
      throw new StartException(
          "stopped, because the store in "
              + config.storage().directory()
              + " failed: "
              + why
              + "; what was acknowledged is there when it is started again");
    } catch (InterruptedException told) {
      broker.stop();
    }
    return ExitCode.OK;
  }
}
