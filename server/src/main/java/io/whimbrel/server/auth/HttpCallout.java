package io.whimbrel.server.auth;

import io.whimbrel.server.ask.Enquiry;
import io.whimbrel.server.ask.WebClient;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.metrics.AskVitals;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The server that says who clients are, for as long as the broker runs: what it answered, and that
 * it does not answer, is known across changes of files. Callable from every thread.
 */
public final class HttpCallout {
  private final Optional<WebClient> web;
  private final Optional<Enquiry<HttpSaid>> enquiry;
  private final LongSupplier millis;

  private HttpCallout(Optional<WebClient> web, LongSupplier millis, Consumer<String> told) {
    this.web = web;
    this.enquiry = web.map(way -> new Enquiry<>("auth.http-url", way, millis, told));
    this.millis = millis;
  }

  /** Nobody is asked. */
  public static HttpCallout none() {
    return new HttpCallout(Optional.empty(), () -> 0, why -> {});
  }

  /**
   * The one that is configured, if any; nothing is asked yet.
   *
   * @param millis the time of day
   * @param told hears, on any thread, that it does not answer
   */
  public static HttpCallout of(
      Optional<ServerConfig.HttpAuth> server, LongSupplier millis, Consumer<String> told)
      throws AuthFileException {
    if (server.isEmpty()) {
      return none();
    }
    ServerConfig.HttpAuth at = server.get();
    WebClient web = new WebClient(at.timeoutMillis(), at.plain(), at.ca());
    return new HttpCallout(Optional.of(web), millis, told);
  }

  /** Who asks it; reads the file of headers. */
  HttpStep step(ServerConfig.HttpAuth at) throws AuthFileException {
    HttpHeaders headers =
        at.headersFile().isPresent() ? HttpHeaders.read(at.headersFile().get()) : HttpHeaders.NONE;
    return new HttpStep(
        at.url(), headers, at.cacheMillis(), enquiry.orElseThrow(), millis); // a URL is for life
  }

  /** How it does. */
  public AskVitals vitals() {
    return enquiry.<AskVitals>map(asked -> asked).orElse(AskVitals.NONE);
  }

  /** Asks nothing more. */
  public void stop() {
    web.ifPresent(WebClient::close);
  }
}
