package io.whimbrel.core.routing;

import io.whimbrel.codec.TopicFilter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one Shared Subscription: those that gave the same ShareName and the same filter
 * (4.8.2). An immutable version of the group with its members in the order they joined, and one
 * mutable thing that all versions share: whose turn it is. A group that loses its last member is
 * gone; when someone joins again it is a new group.
 *
 * <p>Joining and leaving copy the member list, so a group costs its size per change; the plain
 * subscribers of a filter do not.
 *
 * @param <S> the subscriber
 */
public final class SharedGroup<S> implements AtFilter<S> {
  private final Level shareName;
  private final SubscriptionIndex.Entry<S>[] members;
  private final AtomicInteger turn;

  private SharedGroup(Level shareName, SubscriptionIndex.Entry<S>[] members, AtomicInteger turn) {
    this.shareName = shareName;
    this.members = members;
    this.turn = turn;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static <S> SharedGroup<S> of(Level shareName, SubscriptionIndex.Entry<S> member) {
    SubscriptionIndex.Entry<S>[] members = new SubscriptionIndex.Entry[] {member};
    return new SharedGroup<>(shareName, members, new AtomicInteger());
  }

  /** The filter with its ShareName, as the first member gave it; the same for all. */
  public TopicFilter filter() {
    return members[0].filter();
  }

  /** The number of members, at least one. */
  public int size() {
    return members.length;
  }

  /** The member at {@code index}, 0 being the one that joined first. */
  public SubscriptionIndex.Entry<S> member(int index) {
    return members[index];
  }

  /** The members in the order they joined. */
  public List<SubscriptionIndex.Entry<S>> members() {
    return List.of(members);
  }

  /** The index of the member whose turn it is, and passes the turn on; any thread may ask. */
  public int nextTurn() {
    return (turn.getAndIncrement() & Integer.MAX_VALUE) % members.length;
  }

  /** Whether the other is a version of this group, whoever its members are. */
  public boolean isSameGroup(SharedGroup<?> other) {
    return turn.equals(other.turn); // which is identity
  }

  Level shareName() {
    return shareName;
  }

  SubscriptionIndex.@Nullable Entry<S> find(S subscriber) {
    int index = indexOf(subscriber);
    return index < 0 ? null : members[index];
  }

  /** The group with the member, who keeps its place where it was one already. */
  SharedGroup<S> with(SubscriptionIndex.Entry<S> member) {
    int index = indexOf(member.subscriber());
    boolean joins = index < 0;
    SubscriptionIndex.Entry<S>[] copy = Arrays.copyOf(members, members.length + (joins ? 1 : 0));
    copy[joins ? members.length : index] = member;
    return new SharedGroup<>(shareName, copy, turn);
  }

  /** The group without a member, or null where nobody is left. */
  @Nullable SharedGroup<S> without(S subscriber) {
    int index = indexOf(subscriber);
    if (index < 0) {
      return this;
    }
    if (members.length == 1) {
      return null;
    }
    SubscriptionIndex.Entry<S>[] copy = Arrays.copyOf(members, members.length - 1);
    System.arraycopy(members, index + 1, copy, index, copy.length - index);
    return new SharedGroup<>(shareName, copy, turn);
  }

  private int indexOf(S subscriber) {
    for (int i = 0; i < members.length; i++) {
      if (members[i].subscriber().equals(subscriber)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void report(SubscriptionIndex.Matches<S> sink) {
    sink.shared(this);
  }
}
