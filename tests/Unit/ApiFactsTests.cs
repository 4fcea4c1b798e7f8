using System.IO;
using CohereShell.Tools;
using Xunit;

namespace CohereShell.Tests;

/// <summary>The committed facts of the API description, and the tool that generates them.</summary>
public sealed class ApiFactsTests
{
    /// <summary>
    /// The source is Cohere's description. On a clone without it, the source is the facts themselves: they must hold
    /// only what the generator knows, written as it writes it, and every reference must lead to a component.
    /// </summary>
    [Fact]
    public void The_committed_facts_are_what_the_generator_writes()
    {
        string source = ApiDescriptionFile.Find() ?? Path.Combine(Repository.Root, ApiFacts.RelativePath);

        // Line by line: the failure names the first difference.
        Assert.Equal(ApiFacts.Generate(source).Split('\n'), ApiDescription.FactsText().Split('\n'));
    }

    [Theory]
    [InlineData("mood: { type: string, enum: [CONTEXTUAL, OFF] }", """{ "type": "string", "enum": ["CONTEXTUAL", "OFF"] }""")]
    [InlineData("mood: { description: a mood, example: OFF, type: string, title: Mood }", """{ "type": "string" }""")]
    [InlineData("mood: { properties: { title: { type: string }, description: { default: 1 } } }", """{ "properties": { "description": {}, "title": { "type": "string" } } }""")]
    [InlineData("mood: { minimum: 0.01, maximum: 18446744073709552000 }", """{ "minimum": 0.01, "maximum": 18446744073709552000 }""")]
    public void A_schema_keeps_its_facts(string yaml, string expected) =>
        Assert.Contains($"\"mood\": {expected}", Generate(yaml), System.StringComparison.Ordinal);

    [Theory]
    [InlineData("mood: { exclusiveMinimum: 1 }", "has a keyword 'exclusiveMinimum' that this generator doesn't know")]
    [InlineData("mood: { $ref: '#/components/schemas/Missing' }", "The reference '#/components/schemas/Missing' leads nowhere.")]
    [InlineData("mood: { $ref: 'other.yaml#/Mood' }", "isn't one that this generator knows")]
    [InlineData("mood: { minimum: low }", "isn't a number")]
    [InlineData("mood: { items: [] }", "isn't an object")]
    public void What_the_generator_does_not_know_is_an_error(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Generate(yaml)).Message, System.StringComparison.Ordinal);

    // The committed facts with one more operation, whose request has the properties in the YAML.
    private static string Generate(string properties)
    {
        string path = Path.GetTempFileName();
        try
        {
            string operation = $"post: {{ operationId: extra, requestBody: {{ content: {{ application/json: {{ schema: {{ properties: {{ {properties} }} }} }} }} }} }}";
            File.WriteAllText(path, ApiDescription.FactsText().Replace("\"paths\": {", $"\"paths\": {{ /extra: {{ {operation} }},", System.StringComparison.Ordinal));
            return ApiFacts.Generate(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
