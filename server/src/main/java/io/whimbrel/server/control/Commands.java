package io.whimbrel.server.control;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that can be asked. Whatever the line, there is an answer, and nothing is thrown. */
final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.control");

  private final Map<String, Command> byName = new TreeMap<>();

  Commands(List<Command> all) {
    all.forEach(command -> byName.put(command.name(), command));
  }

  /** Does what a line asks for. */
  CompletionStage<Answer> answer(byte[] line) {
    try {
      Request request = Request.read(line);
      return named(request.command()).run(request).exceptionally(Commands::failed);
    } catch (RequestException mistake) {
      return CompletableFuture.completedFuture(Answer.error(String.valueOf(mistake.getMessage())));
    } catch (RuntimeException failed) {
      return CompletableFuture.completedFuture(failed(failed));
    }
  }

  private Command named(String name) throws RequestException {
    Command command = byName.get(name);
    if (command == null) {
      String known = String.join(", ", byName.keySet());
      throw new RequestException("no such command: '" + name + "'; there are " + known);
    }
    return command;
  }

  private static Answer failed(Throwable failure) {
    LOG.error("A request on the control socket failed", failure);
    return Answer.error("failed unexpectedly; the broker's log says more");
  }
}
