using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>
/// Compares responses of every group byte for byte. <c>Answers.txt</c> has a line for each request,
/// <c>METHOD path body</c>, followed by the response, <c>status body</c>. UPLOAD sends its body as the file of a dataset.
/// WAIT polls until the response contains a word. Times, signatures and the sizes of compressed files vary and are left
/// out. To accept changed responses, run the test with APPROVE_ANSWERS=1, and read the difference before you commit it.
/// </summary>
public sealed partial class AnswerBytesTests
{
    private const string LineEnd = "\n";

    [Fact]
    public async Task Answers_are_the_same_to_the_byte()
    {
        using HttpClient client = StoreSamples.Client();
        string[] expected = Repository.Read("tests", "Unit", "Emulator", "Answers.txt").Split(LineEnd, StringSplitOptions.RemoveEmptyEntries);
        string[] requests = [.. expected.Where(line => char.IsAsciiLetterUpper(line[0]))];
        var actual = new List<string>();
        foreach (string request in requests)
        {
            actual.Add(request);
            if (await AskAsync(client, request) is { } answer)
            {
                actual.Add(answer);
            }
        }

        if (Environment.GetEnvironmentVariable("APPROVE_ANSWERS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, "tests", "Unit", "Emulator", "Answers.txt"), string.Join(LineEnd, actual) + LineEnd);
        }

        Assert.Equal(string.Join(LineEnd, expected), string.Join(LineEnd, actual));
    }

    private static async Task<string?> AskAsync(HttpClient client, string request)
    {
        string[] words = request.Split(' ', 3);
        string? body = words.ElementAtOrDefault(2);
        if (words[0] == "WAIT")
        {
            await StoreSamples.WaitAsync(client, words[1], json => json.GetRawText().Contains(body!, StringComparison.Ordinal));
            return null;
        }

        using EmulatedAnswer answer = words[0] == "UPLOAD"
            ? await StoreSamples.UploadAsync(client, body!.Replace("\\n", LineEnd, StringComparison.Ordinal), words[1])
            : await EmulatedAnswer.ToAsync(client, words[0], words[1], body);
        string bytes = Time().Replace(answer.Body.Replace(LineEnd, "\\n", StringComparison.Ordinal), "\"time\"");
        bytes = Address().Replace(bytes, "http://emulator/$1\"");
        return $"{answer.Status} {Size().Replace(bytes, "\"$1\":0")}";
    }

    [GeneratedRegex("\"20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z\"")]
    private static partial Regex Time();

    [GeneratedRegex("http://127\\.0\\.0\\.1:\\d+/([^?\"]+)\\?[^\"]+\"")]
    private static partial Regex Address();

    [GeneratedRegex("\"(size_bytes|organization_usage)\":\\d+")]
    private static partial Regex Size();
}
