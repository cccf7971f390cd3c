package io.whimbrel.server.control;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code ping}: whether a broker is there, and which. */
public final class Ping implements Command {
  private final String version;

  /**
   * @param version the broker's
   */
  public Ping(String version) {
    this.version = version;
  }

  @Override
  public String name() {
    return "ping";
  }

  @Override
  public CompletionStage<Answer> run(Request request) throws RequestException {
    request.checkNames(List.of());
    return CompletableFuture.completedFuture(Answer.of("version", version));
  }
}
