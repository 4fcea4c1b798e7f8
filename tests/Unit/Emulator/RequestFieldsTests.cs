using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>The fields that bodies can have.</summary>
public sealed class RequestFieldsTests
{
    /// <summary>Fields that clients send, although the API description doesn't have them.</summary>
    private static readonly Dictionary<string, string[]> Undescribed = new()
    {
        ["chatv2"] = ["raw_prompting"],
        ["rerankv2"] = ["max_chunks_per_doc"],
    };

    /// <summary>Except one: a change of a model that doesn't exist is refused before its body is read.</summary>
    public static TheoryData<string, string> WithBody
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Operation operation in Operations.All.Where(operation => operation != Operations.UpdateFineTunedModel && RequestFields.Of(operation) is not null))
            {
                data.Add(operation.Method, operation.Path);
            }

            return data;
        }
    }

    [Fact]
    public void Each_operation_with_a_body_accepts_the_fields_of_the_description()
    {
        var wrong = new List<string>();
        foreach (Operation operation in Operations.All)
        {
            if (ApiDescription.Current.BodyFields(operation.OperationId) is { } described)
            {
                IReadOnlyCollection<string> accepted = RequestFields.Of(operation) ?? [];
                IEnumerable<string> expected = described.Concat(Undescribed.GetValueOrDefault(operation.OperationId, []));
                wrong.AddRange(expected.Except(accepted).Select(field => $"{operation.Name} lacks {field}"));
                wrong.AddRange(accepted.Except(expected).Select(field => $"{operation.Name} has {field}"));
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_field_that_an_operation_does_not_have_is_refused_first(string method, string path)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path, """{"x":null}""");
        if (answer.Status != 501)
        {
            Assert.Equal((422, "unknown field: parameter 'x' is not a valid field"), (answer.Status, answer.Message));
        }
    }

    [Theory]
    [InlineData("""{"model":"rerank-v3.5","query":"q","documents":["a"],"top_n":1,"max_tokens_per_doc":null,"max_chunks_per_doc":null}""")]
    public async Task Rerank_accepts_what_LangChain_sends(string body)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", "/v2/rerank", body);
        Assert.Equal(200, answer.Status);
    }
}
