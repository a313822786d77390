// Package browsertest lets tests look at Jalon through a real browser.
//
// One headless Chromium runs per test binary, started by the first test that asks for it; every test has a tab of its
// own, with its own size and cookies. The browser reaches 127.0.0.1 and nothing else, keeps its files in a temporary
// folder and dies with the test binary. A script error, a refusal by the content security policy or a console.error on
// a page fails the test whose tab shows it.
//
// Without Chromium or axe-core a test is skipped, with a line saying what is missing; with JALON_TEST_REQUIRE=1, as
// under make test, it fails. JALON_TEST_CHROMIUM names the browser where it is not one of the usual programs.
package browsertest
