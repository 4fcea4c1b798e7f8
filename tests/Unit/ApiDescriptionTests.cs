using System.Collections.Generic;
using System.Text.Json;
using Xunit;

namespace CohereShell.Tests;

/// <summary>The yardstick itself: what it lets pass and what it reports.</summary>
public sealed class ApiDescriptionTests
{
    private const string User = """{"role":"user","content":"hello"}""";

    [Fact]
    public void A_request_that_fits_has_no_errors() => Assert.Empty(ChatErrors("""{"model":"m","messages":[""" + User + """],"safety_mode":"OFF","k":500}"""));

    [Theory]
    [InlineData("""{"messages":[]}""", "lacks the required property 'model'")]
    [InlineData("""{"model":1,"messages":[]}""", "$.model is Number, not string")]
    [InlineData("""{"model":"m","messages":[],"safety_mode":"off"}""", "not one of CONTEXTUAL, STRICT, OFF")]
    [InlineData("""{"model":"m","messages":[],"k":501}""", "breaks maximum 500")]
    [InlineData("""{"model":"m","messages":[],"k":1.5}""", "not integer")]
    [InlineData("""{"model":"m","messages":[],"colour":"red"}""", "a property 'colour'")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "$.messages[0] lacks the required property 'content'")]
    [InlineData("""{"model":"m","messages":[{"role":"robot","content":"hello"}]}""", "has no 'role' that is one of")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hello","mood":1}]}""", "$.messages[0] has a property 'mood'")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}""", "fits none of the choices")]
    [InlineData("""{"model":"m","messages":[],"documents":[{"id":"a"}]}""", "fits none of the choices")]
    public void What_does_not_fit_is_named_with_its_place(string body, string expected) =>
        Assert.Contains(ChatErrors(body), error => error.Contains(expected, System.StringComparison.Ordinal));

    [Fact]
    public void A_property_without_a_name_in_the_description_passes_when_asked_to() =>
        Assert.Empty(ApiDescription.Current.RequestErrors("chatv2", Parse("""{"model":"m","messages":[],"colour":"red"}"""), strict: false));

    [Fact]
    public void An_object_that_is_the_users_own_may_have_any_property() => Assert.Empty(ChatErrors(
        """{"model":"m","messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"anything":{"goes":1}}}}]}"""));

    [Fact]
    public void A_status_that_is_not_described_is_an_error() =>
        Assert.NotEmpty(ApiDescription.Current.ResponseErrors("chatv2", 418, Parse("{}")));

    [Fact]
    public void A_query_parameter_that_is_not_described_is_an_error() =>
        Assert.Equal("list-models has no query parameter 'size'.", Assert.Single(ApiDescription.Current.QueryErrors("list-models", ["page_size", "size"])));

    [Fact]
    public void A_stream_event_is_held_to_the_schema_of_its_type()
    {
        const string Citation = """{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":"0"}}}}""";
        string error = Assert.Single(ApiDescription.Current.SchemaErrors("StreamedChatResponseV2", Parse(Citation)));
        Assert.Equal("$.delta.message.citations.start is String, not integer.", error);
    }

    private static IReadOnlyList<string> ChatErrors(string body) => ApiDescription.Current.RequestErrors("chatv2", Parse(body));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
