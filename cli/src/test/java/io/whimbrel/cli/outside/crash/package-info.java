/**
 * The broker is killed under load, again and again; what it acknowledged has to be there.
 *
 * <p>One thread drives all clients, so that everything that was sent and heard has one order. What
 * the checker knows is what it sent and what it heard; it never looks into the broker.
 */
package io.whimbrel.cli.outside.crash;
