using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;

namespace CohereShell.Tests;

/// <summary>A part of a form as it was sent.</summary>
internal sealed record FormPart(string Head, byte[] Body)
{
    public string Name => Head.Split("name=\"")[1].Split('"')[0];

    public static IReadOnlyList<FormPart> Read(FaultExchange request)
    {
        string type = request.Headers["Content-Type"];
        Assert.StartsWith("multipart/form-data; boundary=", type, StringComparison.Ordinal);
        // Latin-1 maps each byte to one character.
        string body = Encoding.Latin1.GetString(request.Body);
        string[] pieces = body.Split("--" + type.Split('=')[1]);
        Assert.Equal(string.Empty, pieces[0]);
        Assert.StartsWith("--", pieces[^1], StringComparison.Ordinal);
        return [.. pieces[1..^1].Select(piece =>
        {
            int end = piece.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            return new FormPart(piece[..end], Encoding.Latin1.GetBytes(piece[(end + 4)..^2]));
        })];
    }
}
