package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.ask.Answers.Answer;
import io.whimbrel.server.ask.AskException;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.ask.Enquiry;
import io.whimbrel.server.ask.Question;
import io.whimbrel.server.ask.Reply;
import io.whimbrel.server.ask.Sha256;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Another server says who a client is. It is asked about every client, also about one that shows
 * nothing: by its Client Identifier or address it may know it. No answer in time, or one that means
 * nothing, refuses. That a client is not let in counts for a second, for whoever asks the same
 * again; all of a question is what makes it the same.
 */
final class HttpStep implements Step {
  private static final long DENIED_MILLIS = 1_000;

  private final URI url;
  private final Map<String, String> headers;
  private final long cacheMillis;
  private final Enquiry<HttpSaid> enquiry;
  private final LongSupplier millis;

  /**
   * One who asks there.
   *
   * @param cacheMillis how long it counts that a client is let in; 0: not at all
   * @param millis the time of day
   */
  HttpStep(
      URI url,
      HttpHeaders headers,
      long cacheMillis,
      Enquiry<HttpSaid> enquiry,
      LongSupplier millis) {
    Map<String, String> all = new HashMap<>(headers.all());
    all.put("Content-Type", "application/json");
    all.put("Accept", "application/json");
    this.url = url;
    this.headers = Map.copyOf(all);
    this.cacheMillis = cacheMillis;
    this.enquiry = enquiry;
    this.millis = millis;
  }

  @Override
  public void ask(Visit visit, Verdict verdict) {
    byte[] body = HttpQuestion.of(visit);
    enquiry
        .ask(Sha256.of(body), () -> new Question(url, "POST", headers, body), this::read)
        .whenComplete(
            (said, error) -> {
              if (error == null) {
                hear(said, visit.connect(), verdict);
              } else {
                verdict.refuse(unavailable(AskException.of(error).why(), visit.connect()));
              }
            });
  }

  private Answer<HttpSaid> read(Reply reply) {
    long now = millis.getAsLong();
    HttpSaid said = HttpSaid.of(reply, now);
    long until =
        said instanceof HttpSaid.Allowed allowed
            ? Math.min(now + cacheMillis, allowed.expiresMillis())
            : now + DENIED_MILLIS;
    return new Answer<>(said, until);
  }

  private static void hear(HttpSaid said, Connect connect, Verdict verdict) {
    if (said instanceof HttpSaid.Allowed allowed) {
      String given = connect.userName() == null ? "" : connect.userName();
      Verified who = Verified.of(allowed.user().orElse(given), "http", allowed.groups());
      verdict.accept(who.until(allowed.expiresMillis()));
    } else if (said instanceof HttpSaid.Denied denied) {
      boolean guessed = !denied.known() && connect.userName() != null;
      verdict.refuse(guessed ? ReasonCode.BAD_USER_NAME_OR_PASSWORD : ReasonCode.NOT_AUTHORIZED);
    } else {
      verdict.pass();
    }
  }

  /** 3.x has one return code for both. */
  private static ReasonCode unavailable(Why why, Connect connect) {
    return why == Why.BUSY && connect.version().isFive()
        ? ReasonCode.SERVER_BUSY
        : ReasonCode.SERVER_UNAVAILABLE;
  }
}
