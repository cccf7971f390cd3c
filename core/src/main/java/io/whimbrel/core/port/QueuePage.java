package io.whimbrel.core.port;

import io.whimbrel.core.routing.SessionKey;
import java.util.List;

/**
 * A piece of a session's queue, read back.
 *
 * @param messages all with a sequence from {@code from} to {@code to} that were there, in order
 * @param to {@code Long.MAX_VALUE} where the queue ends with this page
 */
public record QueuePage(
    SessionKey session, long from, long to, List<JournalRecord.Queued> messages) {}
