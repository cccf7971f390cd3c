package io.whimbrel.server.ask;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A way to a server that answers when a test says so. */
public final class FakeWeb implements Web {
  /** What was asked, in its order. */
  public final List<Question> asked = new ArrayList<>();

  private final List<CompletableFuture<Reply>> replies = new ArrayList<>();

  @Override
  public CompletionStage<Reply> send(Question question) {
    asked.add(question);
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    replies.add(reply);
    return reply;
  }

  /** Answers the latest question. */
  public void answer(int status, String text) {
    latest().complete(new Reply(status, text.getBytes(StandardCharsets.UTF_8), -1));
  }

  /** Fails the latest question. */
  public void fail(AskException.Why why) {
    latest().completeExceptionally(new AskException(why, "is out"));
  }

  private CompletableFuture<Reply> latest() {
    return replies.get(replies.size() - 1);
  }
}
