/**
 * The rules of the house as tests: which module may use which, what a face may show, where time and
 * randomness come from, and the budgets of size.
 *
 * <p>Kept secret here: how bytecode and sources are read. Every rule is a function from code to
 * {@link io.aegis.e2e.house.Finding findings}, so that a small bad example can show that it bites.
 */
@NullMarked
package io.aegis.e2e.house;

import org.jspecify.annotations.NullMarked;
