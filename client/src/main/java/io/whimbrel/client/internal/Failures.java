package io.whimbrel.client.internal;

import io.netty.handler.codec.DecoderException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong, in words for people. */
public final class Failures {
  private Failures() {}

  /** The message of a failure, or its kind where it has none; "TLS: " goes before one of TLS. */
  public static String words(@Nullable Throwable failure) {
    if (failure == null) {
      return "nothing was said";
    }
    Throwable cause = failure.getCause();
    boolean wraps = failure instanceof DecoderException || failure instanceof CompletionException;
    if (wraps && cause != null) {
      return words(cause);
    }
    if (failure instanceof ClosedChannelException) {
      return "the server closed the connection";
    }
    String message = failure.getMessage();
    String said = message == null ? failure.getClass().getSimpleName() : message;
    return failure instanceof SSLException ? "TLS: " + said : said;
  }
}
