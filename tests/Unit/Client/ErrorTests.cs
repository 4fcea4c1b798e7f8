using System;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ErrorTests
{
    /// <summary>The values of System.Management.Automation.ErrorCategory, which this project can't reference.</summary>
    private static readonly string[] Categories =
    [
        "NotSpecified", "OpenError", "CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument", "InvalidData",
        "InvalidOperation", "InvalidResult", "InvalidType", "MetadataError", "NotImplemented", "NotInstalled",
        "ObjectNotFound", "OperationStopped", "OperationTimeout", "SyntaxError", "ParserError", "PermissionDenied",
        "ResourceBusy", "ResourceExists", "ResourceUnavailable", "ReadError", "WriteError", "FromStdErr",
        "SecurityError", "ProtocolError", "ConnectionError", "AuthenticationError", "LimitsExceeded", "QuotaExceeded",
        "NotEnabled",
    ];

    [Fact]
    public void Every_reason_has_a_category_that_PowerShell_knows_and_an_action()
    {
        foreach (ErrorReason reason in Enum.GetValues<ErrorReason>())
        {
            var exception = new CohereException(reason, "x");

            Assert.Contains(exception.Category, Categories);
            Assert.NotEmpty(exception.RecommendedAction);
        }
    }

    [Theory]
    [InlineData(302, ErrorReason.Redirected, "InvalidOperation", "-BaseUri")]
    [InlineData(400, ErrorReason.InvalidRequest, "InvalidArgument", "Correct the field")]
    [InlineData(401, ErrorReason.Unauthorized, "AuthenticationError", "valid key")]
    [InlineData(402, ErrorReason.PaymentRequired, "LimitsExceeded", "billing")]
    [InlineData(403, ErrorReason.Forbidden, "PermissionDenied", "doesn't have permission")]
    [InlineData(404, ErrorReason.NotFound, "ObjectNotFound", "doesn't exist")]
    [InlineData(408, ErrorReason.TimedOut, "OperationTimeout", "-TimeoutSec")]
    [InlineData(413, ErrorReason.TooLarge, "LimitsExceeded", "less")]
    [InlineData(418, ErrorReason.UnexpectedStatus, "InvalidOperation", "-BaseUri")]
    [InlineData(422, ErrorReason.UnacceptableValue, "InvalidData", "isn't valid")]
    [InlineData(429, ErrorReason.RateLimited, "LimitsExceeded", "lower -ThrottleLimit")]
    [InlineData(498, ErrorReason.InvalidToken, "AuthenticationError", "token")]
    [InlineData(499, ErrorReason.RequestCancelled, "OperationStopped", "cancelled")]
    [InlineData(500, ErrorReason.ServerError, "ResourceUnavailable", "Try again")]
    [InlineData(501, ErrorReason.NotImplemented, "NotImplemented", "doesn't support")]
    [InlineData(502, ErrorReason.Unavailable, "ResourceUnavailable", "isn't available")]
    [InlineData(503, ErrorReason.Unavailable, "ResourceUnavailable", "isn't available")]
    [InlineData(504, ErrorReason.Unavailable, "ResourceUnavailable", "too long")]
    [InlineData(520, ErrorReason.ServerError, "ResourceUnavailable", "Try again")]
    public async Task A_status_says_why_and_what_to_do(int status, ErrorReason reason, string category, string action)
    {
        CohereException exception = await FailureAsync(Answer.Json(
            """{"id":"err-1","message":"the field 'x' is wrong"}""", status, "x-debug-trace-id: trace-1"));

        Assert.Equal(reason, exception.Reason);
        Assert.Equal(category, exception.Category);
        Assert.Contains(action, exception.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(status, exception.StatusCode);
        Assert.Equal("trace-1", exception.RequestId);
        Assert.Equal("GetModel", exception.Operation);
        Assert.Equal(1, exception.Attempts);
        if (reason != ErrorReason.Redirected)
        {
            Assert.Equal("err-1", exception.ErrorId);
            // The message of a 429 continues with the time of the next request.
            Assert.StartsWith(FormattableString.Invariant($"GET /v1/models/any failed with status {status}: the field 'x' is wrong."), exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(422, "INVALID_TOOL_GENERATION", ErrorReason.InvalidToolGeneration, "parameters of the tools")]
    [InlineData(422, "NO_VALID_RESPONSE_GENERATED", ErrorReason.NoValidResponse, "Try again")]
    [InlineData(422, "SOMETHING_NEW", ErrorReason.UnacceptableValue, "isn't valid")]
    [InlineData(500, "INVALID_TOOL_GENERATION", ErrorReason.ServerError, "Try again")]
    public async Task The_type_that_Cohere_gives_an_error_is_told_and_decides_the_advice(int status, string type, ErrorReason reason, string action)
    {
        CohereException exception = await FailureAsync(Answer.Json($$"""{"error_type":"{{type}}","id":"err-1","message":"no good"}""", status));

        Assert.Equal(type, exception.ErrorType);
        Assert.Equal(reason, exception.Reason);
        Assert.Equal("err-1", exception.ErrorId);
        Assert.Contains(action, exception.RecommendedAction, StringComparison.Ordinal);
        Assert.EndsWith($": no good. The type of the error is {type}.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_without_a_type_has_none() =>
        Assert.Null((await FailureAsync(Answer.Json("""{"message":"no good","error_type":null}""", 422))).ErrorType);

    [Theory]
    [InlineData("trace-1", "x-debug-trace-id: trace-1", "x-request-id: request-1")]
    [InlineData("trace-1", "x-request-id: request-1", "x-debug-trace-id: trace-1")]
    [InlineData("request-1", "x-request-id: request-1")]
    [InlineData(null)]
    public async Task The_request_id_is_the_one_of_Cohere_or_else_of_a_gateway(string? expected, params string[] headers)
    {
        CohereException exception = await FailureAsync(Answer.Status(400, headers));

        Assert.Equal(expected, exception.RequestId);
    }

    [Theory]
    [InlineData("""{"message":"no model"}""", "no model.")]
    [InlineData("""{"error":{"message":"nested"}}""", "nested.")]
    [InlineData("""{"error":"flat"}""", "flat.")]
    [InlineData("""{"detail":"from FastAPI"}""", "from FastAPI.")]
    [InlineData("""{"message":null,"error":"second"}""", "second.")]
    [InlineData("""{"message":"","error":"second"}""", "second.")]
    [InlineData("[]", "the body has 2 bytes of application/json: '[]'")]
    [InlineData("""{"message":null}""", "the body has 16 bytes of application/json: '{\"message\":null}'")]
    [InlineData("null", "the body has 4 bytes of application/json: 'null'")]
    [InlineData("{\"mess", "the body has 6 bytes of application/json: '{\"mess'")]
    public async Task An_error_body_in_any_format_gives_a_readable_message(string body, string expected)
    {
        CohereException exception = await FailureAsync(Answer.Json(body, 400));

        Assert.Equal("GET /v1/models/any failed with status 400: " + expected, exception.Message);
    }

    [Fact]
    public async Task An_empty_error_body_is_reported_as_empty()
    {
        CohereException exception = await FailureAsync(Answer.Empty(502));

        Assert.Equal(ErrorReason.Unavailable, exception.Reason);
        Assert.Contains("empty", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_HTML_error_page_is_quoted()
    {
        CohereException exception = await FailureAsync(Answer.Html(502));

        Assert.Equal(ErrorReason.Unavailable, exception.Reason);
        Assert.Contains("text/html", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Welcome to the proxy", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_success_with_HTML_is_an_error()
    {
        CohereException exception = await FailureAsync(Answer.Html(200));

        Assert.Equal(ErrorReason.InvalidAnswer, exception.Reason);
        Assert.Equal("InvalidResult", exception.Category);
        Assert.Contains("Welcome to the proxy", exception.Message, StringComparison.Ordinal);
        Assert.Contains("-BaseUri", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_success_without_the_expected_response_is_an_error()
    {
        using var server = new FaultServer(Answer.Empty(), Answer.Ok(), Answer.Json("[]"), Answer.Json("null"), Answer.Json("{\"mess"));
        using CohereSession session = TestSession.Open(server);

        for (int i = 0; i < 5; i++)
        {
            CohereException exception = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Chat.SendAsync(ChatJson.Question()));
            Assert.Equal(ErrorReason.InvalidAnswer, exception.Reason);
            Assert.Equal(200, exception.StatusCode);
        }

        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task A_long_error_body_is_shortened_and_stays_on_one_line()
    {
        CohereException exception = await FailureAsync(Answer.Json($$"""{"message":"first\nsecond\u001b[31m {{new string('x', 5000)}}"}""", 400));

        Assert.True(exception.Message.Length < 500);
        Assert.DoesNotContain(exception.Message, char.IsControl);
        Assert.Contains("first second", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_of_a_redirect_is_named_and_not_followed()
    {
        using var other = new FaultServer(Answer.Ok());
        CohereException exception = await FailureAsync(Answer.Json("{}", 302, $"Location: {other.Address}login"));

        Assert.Equal(ErrorReason.Redirected, exception.Reason);
        Assert.Contains($"{other.Address}login", exception.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task The_error_of_a_retried_call_has_the_number_of_attempts()
    {
        using var server = new FaultServer(Answer.Status(500));
        using CohereSession session = TestSession.Open(server, retries: 2);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(3, exception.Attempts);
        Assert.Contains("sent 3 times", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<CohereException> FailureAsync(Behaviour behaviour)
    {
        using var server = new FaultServer(behaviour);
        using CohereSession session = TestSession.Open(server, retries: 0);
        return await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
    }
}
