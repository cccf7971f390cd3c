package io.whimbrel.server.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.whimbrel.server.ask.Answers.Answer;
import io.whimbrel.server.ask.AskException;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.ask.Enquiry;
import io.whimbrel.server.ask.Json;
import io.whimbrel.server.ask.Question;
import io.whimbrel.server.ask.Reply;
import io.whimbrel.server.ask.Sha256;
import io.whimbrel.server.ask.Web;
import io.whimbrel.server.metrics.AskVitals;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Asks the authorization server what a token is worth (RFC 7662). What it says of a valid token
 * counts until the token ends, and not longer than a time of ours; that a token is worth nothing
 * counts for some seconds. Tokens are remembered by their digests alone. Callable from every
 * thread; blocks none of them.
 */
public final class Introspection {
  private static final long WORTHLESS_MILLIS = 5_000;

  private final URI uri;
  private final Map<String, String> headers;
  private final long keptMillis;
  private final LongSupplier millis;
  private final Enquiry<Optional<Map<String, Object>>> enquiry;

  /**
   * One that has asked nothing yet.
   *
   * @param name what people know the server by: the key of its URL
   * @param uri of the introspection endpoint
   * @param clientId what the broker is at that server
   * @param clientSecret what proves it
   * @param keptMillis how long an answer counts at most; 0: every client is asked about
   * @param millis the time of day
   * @param told hears a sentence for people, on any thread
   */
  public Introspection(
      String name,
      URI uri,
      String clientId,
      String clientSecret,
      long keptMillis,
      Web web,
      LongSupplier millis,
      Consumer<String> told) {
    this.uri = uri;
    this.keptMillis = keptMillis;
    this.millis = millis;
    this.enquiry = new Enquiry<>(name, web, millis, told);
    this.headers =
        Map.of(
            "Authorization",
            basic(clientId, clientSecret),
            "Accept",
            "application/json",
            "Content-Type",
            "application/x-www-form-urlencoded");
  }

  /** Both are encoded before they are joined (RFC 6749 2.3.1): a colon may be part of either. */
  private static String basic(String clientId, String clientSecret) {
    String both = form(clientId) + ":" + form(clientSecret);
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
  }

  private static String form(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /**
   * What a token says, where it is active; empty where it is not, or never was one.
   *
   * @return its claims, as {@link Json} has them; fails with an {@link AskException} where the
   *     server gives no answer of use
   */
  public CompletionStage<Optional<Map<String, Object>>> ask(String token) {
    return enquiry.ask(Sha256.of(token), () -> question(token), this::read);
  }

  private Question question(String token) {
    String body = "token=" + form(token) + "&token_type_hint=access_token"; // RFC 7662 2.1
    return new Question(uri, "POST", headers, body.getBytes(UTF_8));
  }

  private Answer<Optional<Map<String, Object>>> read(Reply reply) {
    if (reply.status() != 200) {
      throw new AskException(Why.USELESS, "answered with status " + reply.status());
    }
    Map<String, Object> said =
        Json.object(reply.body())
            .orElseThrow(() -> new AskException(Why.USELESS, "answered what is no JSON object"));
    long now = millis.getAsLong();
    if (!Boolean.TRUE.equals(said.get("active"))) { // RFC 7662 2.2
      return new Answer<>(Optional.empty(), now + Math.min(WORTHLESS_MILLIS, keptMillis));
    }
    return new Answer<>(Optional.of(said), until(said, now));
  }

  private long until(Map<String, Object> said, long now) {
    long until = now + keptMillis;
    if (said.get("exp") instanceof Number seconds) { // RFC 7662 2.2, with a fraction or without
      double end = seconds.doubleValue() * 1_000;
      return end < (double) until ? (long) end : until;
    }
    return until;
  }

  /** How the server does. */
  public AskVitals vitals() {
    return enquiry;
  }
}
