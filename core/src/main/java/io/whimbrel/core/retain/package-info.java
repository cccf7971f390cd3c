/**
 * What is remembered for those who subscribe later: one message per topic. Built on the topic trie
 * of {@code core.routing}, which does not see this package.
 */
@NullMarked
package io.whimbrel.core.retain;

import org.jspecify.annotations.NullMarked;
