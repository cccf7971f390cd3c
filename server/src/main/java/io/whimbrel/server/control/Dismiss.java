package io.whimbrel.server.control;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Identity;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * {@code disconnect}: ends the connections of some clients. They may come again if whoever says who
 * comes in lets them.
 */
public final class Dismiss implements Command {
  private static final String NAME = "disconnect";

  /** The number in its answer. */
  public static final String COUNT = "disconnected";

  /** The reasons there are, as they are written; the first is that of whoever says none. */
  public static final List<String> REASONS = List.of("administrative-action", "not-authorized");

  private static final String WHY = "an administrator ended the connection";

  private final Ending ending;
  private final Told told;

  /** Ends the connections of clients, and says how many there were. */
  @FunctionalInterface
  public interface Ending {
    CompletionStage<Integer> end(Predicate<Identity> whom, ReasonCode reason, String why);
  }

  /** Hears what was done; from any thread. */
  @FunctionalInterface
  public interface Told {
    void ended(Selection whom, ReasonCode reason, int count);
  }

  /** It ends connections by these means. */
  public Dismiss(Ending ending, Told told) {
    this.ending = ending;
    this.told = told;
  }

  /** What asks for it. */
  public static Request request(Selection whom, String reason) {
    Request request =
        Request.of(NAME)
            .with("by", whom.by().word())
            .with("value", whom.value())
            .with("reason", reason);
    return whom.issuer().map(issuer -> request.with("issuer", issuer)).orElse(request);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public CompletionStage<Answer> run(Request request) throws RequestException {
    request.checkNames(List.of("by", "value", "issuer", "reason"));
    Selection whom =
        new Selection(
            Criterion.named(request.text("by")), request.text("value"), request.optional("issuer"));
    ReasonCode reason = reason(request.optional("reason").orElse(REASONS.get(0)));
    return ending
        .end(whom, reason, WHY)
        .thenApply(
            count -> {
              told.ended(whom, reason, count);
              return Answer.of(COUNT, count);
            });
  }

  private static ReasonCode reason(String word) throws RequestException {
    if (!REASONS.contains(word)) {
      throw new RequestException(
          "'reason' is '" + word + "', allowed: one of " + String.join(", ", REASONS));
    }
    return ReasonCode.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
