using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class KeySecrecyTests
{
    private const string Echo = "the key " + TestSession.Key + " is unknown";

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_server_that_repeats_the_key_in_an_error_does_not_reveal_it(int status)
    {
        await AssertSecretAsync(Answer.Json(
            $$"""{"id":"{{TestSession.Key}}","message":"{{Echo}}"}""", status, "x-debug-trace-id: id-" + TestSession.Key, "Retry-After: 0"));
    }

    [Fact]
    public async Task Secrets_in_the_headers_of_one_call_are_kept_out_of_its_error()
    {
        using var server = new FaultServer(exchange => Answer.Json($$"""{"message":"not with {{exchange.Headers["Authorization"]}}"}""", 400));
        using CohereSession session = TestSession.Open(server);
        var options = new RequestOptions { Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer secret-of-one-call" } };

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync(options));

        Assert.Contains("not with Bearer ***", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-one-call", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_repeats_the_key_does_not_reveal_it()
    {
        await AssertSecretAsync(Answer.Of(502, "text/html", Encoding.UTF8.GetBytes($"<html>{Echo}</html>")));
        await AssertSecretAsync(Answer.Of(200, "text/html", Encoding.UTF8.GetBytes($"<html>{Echo}</html>")));
    }

    [Fact]
    public async Task A_message_that_is_cut_off_within_the_key_does_not_contain_its_start()
    {
        // A long message is shortened. Wherever the cut is, no part of the key can be left before it.
        for (int length = 270; length <= 300; length += 6)
        {
            await AssertSecretAsync(Answer.Json($$"""{"message":"{{new string('x', length)}} {{TestSession.Key}}"}""", 400));
            await AssertSecretAsync(Answer.Of(502, "text/html", Encoding.UTF8.GetBytes(new string('x', length) + " " + TestSession.Key)));
        }

        await AssertSecretAsync(Answer.Of(502, "text/html", Encoding.UTF8.GetBytes(new string(' ', 1190) + TestSession.Key)));
    }

    [Fact]
    public async Task A_redirect_that_repeats_the_key_does_not_reveal_it()
    {
        await AssertSecretAsync(Answer.Json("{}", 302, "Location: https://login.example/?key=" + TestSession.Key));
        await AssertSecretAsync(Answer.Json("{}", 302, "Location: https://login.example/?key=" + Uri.EscapeDataString(TestSession.Key)));
    }

    [Fact]
    public async Task A_JSON_error_that_contains_the_key_does_not_reveal_it()
    {
        await AssertSecretAsync(Answer.Json("{\"usage\":{\"" + TestSession.Key + "\":[1}"));
    }

    [Fact]
    public async Task A_warning_that_repeats_the_key_does_not_reveal_it()
    {
        using var server = new FaultServer(Answer.Ok("X-API-Warning: " + Echo, "x-debug-trace-id: " + TestSession.Key));
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();

        await session.ReadAsync(notices.Options);

        Assert.Contains(notices.All, notice => notice.Kind == ApiNoticeKind.Warning);
        Assert.All(notices.All, notice => AssertSecret(notice.ToString()));
    }

    [Fact]
    public async Task A_stream_that_repeats_the_key_in_its_error_does_not_reveal_it()
    {
        using var server = new FaultServer(Answer.Events(
            ChatJson.Start(), $$$"""{"type":"message-end","delta":{"finish_reason":"ERROR","error":"{{{Echo}}}"} }"""));
        using CohereSession session = TestSession.Open(server);

        CohereStreamException exception = await Assert.ThrowsAsync<CohereStreamException>(
            () => new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync());

        AssertSecret(Everything(exception));
    }

    [Fact]
    public void A_session_does_not_show_its_key()
    {
        using CohereSession session = TestSession.Open(new CohereSessionOptions { ApiKey = TestSession.Key });

        AssertSecret(Everything(session));
        Assert.Equal("cdef", session.ApiKeyTail);
    }

    [Fact]
    public void The_values_of_headers_are_not_shown_either()
    {
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            Headers = new Dictionary<string, string> { ["api-key"] = TestSession.Key },
        });

        AssertSecret(Everything(session));
        Assert.Equal(["api-key"], session.HeaderNames);
    }

    [Fact]
    public async Task A_key_in_a_header_stays_as_secret_as_the_session_key()
    {
        using var server = new FaultServer(Answer.Json($$"""{"message":"{{Echo}}"}""", 401));
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            Headers = new Dictionary<string, string> { ["Authorization"] = "Basic " + TestSession.Key },
        });

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        AssertSecret(Everything(exception));
    }

    [Fact]
    public async Task A_replaced_key_stays_secret_like_the_new_one()
    {
        const string renewed = "renewed-key-0123456789";
        using var server = new FaultServer(Answer.Status(401), Answer.Json($$"""{"message":"not {{TestSession.Key}} nor {{renewed}}"}""", 400));
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            ApiKey = TestSession.Key,
            ApiKeyProvider = _ => Task.FromResult<string?>(renewed),
        });

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Contains("not *** nor ***", exception.Message, StringComparison.Ordinal);
    }

    private static async Task AssertSecretAsync(Behaviour behaviour)
    {
        string audit = Path.GetTempFileName();
        try
        {
            using var server = new FaultServer(behaviour);
            using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, MaxRetryCount = 1, AuditPath = audit });
            var notices = new Notices();

            CohereException exception = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Chat.SendAsync(ChatJson.Question(), notices.Options));

            AssertSecret(Everything(exception));
            Assert.All(notices.All, notice => AssertSecret(notice.ToString()));
            AssertSecret(await File.ReadAllTextAsync(audit));
            AssertSecret(Everything(session));
        }
        finally
        {
            File.Delete(audit);
        }
    }

    private static void AssertSecret(string text)
    {
        Assert.DoesNotContain(TestSession.Key[..8], text, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(TestSession.Key), text, StringComparison.Ordinal);
    }

    /// <summary>The texts of an object and of everything that its public properties return.</summary>
    private static string Everything(object? value)
    {
        var text = new StringBuilder();
        Collect(value, [], text);
        return text.ToString();
    }

    private static void Collect(object? value, HashSet<object> seen, StringBuilder text)
    {
        if (value is null || !seen.Add(value))
        {
            return;
        }

        text.AppendLine(value.ToString());
        if (value is string || value.GetType().IsPrimitive || value is MemberInfo or Assembly or Module or DateTimeOffset or TimeSpan)
        {
            return;
        }

        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Collect(item, seen, text);
            }

            return;
        }

        foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
        {
            object? inner;
            try
            {
                inner = property.GetValue(value);
            }
            catch (TargetInvocationException)
            {
                continue;
            }

            Collect(inner, seen, text);
        }
    }
}
