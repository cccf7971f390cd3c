/** The broker on one thread, with virtual time, a faulty network and a faulty disk. */
@NullMarked
package io.whimbrel.sim;

import org.jspecify.annotations.NullMarked;
