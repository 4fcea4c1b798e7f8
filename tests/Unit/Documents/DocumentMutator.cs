using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell.Tests.Documents;

/// <summary>Damages documents at random. The same seed gives the same damage.</summary>
internal static partial class DocumentMutator
{
    private static readonly string[] Nests = ["[", "<<", "(", "<</A", "[<<", "q ", "BT ", "1 0 obj "];
    private static readonly string[] Names = ["Kids", "Parent", "Length", "Prev", "Filter", "FlateDecode", "LZWDecode", "Page", "Pages", "Contents", "ObjStm", "XObject", "Font"];
    private static readonly string[] Numbers = ["0", "-1", "1", "65536", "2147483647", "4294967296", "9999999999999999999", "1e308", "0.000001"];
    private static readonly string[] Xml = ["<w:p>", "</w:p>", "<w:tbl>", "</w:tc>", "&#0;", "&x;", "<!DOCTYPE a [<!ENTITY x \"y\">]>", "<![CDATA[", "-->", "<w:t>", "\"", ">"];

    /// <summary>Damages a PDF file.</summary>
    public static byte[] MutatePdf(byte[] file, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = (byte[])file.Clone();
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            bytes = random.Next(8) switch
            {
                0 => Flip(bytes, random),
                1 => Truncate(bytes, random),
                2 => Remove(bytes, random),
                3 => Repeat(bytes, random),
                4 => Replace(bytes, random, ObjectReference(), match => $"{random.Next(0, 12)} 0 R"),
                5 => Replace(bytes, random, Number(), _ => Numbers[random.Next(Numbers.Length)]),
                6 => Replace(bytes, random, Name(), _ => "/" + Names[random.Next(Names.Length)]),
                _ => Insert(bytes, random, string.Concat(Enumerable.Repeat(Nests[random.Next(Nests.Length)], 1 << random.Next(1, 16)))),
            };
        }

        return bytes;
    }

    /// <summary>Damages an Office document: its ZIP file, or the XML in it.</summary>
    public static byte[] MutateOffice(byte[] file, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = (byte[])file.Clone();
        if (random.Next(3) > 0)
        {
            bytes = MutateParts(bytes, random);
        }

        return random.Next(3) switch
        {
            0 => Flip(bytes, random),
            1 when random.Next(3) == 0 => Truncate(bytes, random),
            _ => bytes,
        };
    }

    private static byte[] MutateParts(byte[] file, Random random)
    {
        var parts = new Dictionary<string, string>();
        using (var zip = new ZipArchive(new MemoryStream(file)))
        {
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                using var reader = new StreamReader(entry.Open());
                parts[entry.FullName] = reader.ReadToEnd();
            }
        }

        string name = parts.Keys.ElementAt(random.Next(parts.Count));
        byte[] part = Encoding.UTF8.GetBytes(parts[name]);
        part = random.Next(7) switch
        {
            0 => Truncate(part, random),
            1 => Remove(part, random),
            2 => Repeat(part, random),
            3 => Insert(part, random, Xml[random.Next(Xml.Length)]),
            4 => Insert(part, random, string.Concat(Enumerable.Repeat(Xml[random.Next(Xml.Length)], 1 << random.Next(1, 16)))),
            5 => Replace(part, random, Number(), _ => Numbers[random.Next(Numbers.Length)]),
            _ => Flip(part, random),
        };
        parts[name] = Encoding.UTF8.GetString(part);
        if (random.Next(5) == 0)
        {
            parts.Remove(parts.Keys.ElementAt(random.Next(parts.Count)));
        }

        if (random.Next(5) == 0)
        {
            parts["../../../" + name] = "outside";
        }

        return DocumentSamples.Zip(parts);
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (int count = random.Next(1, 30); count > 0 && bytes.Length > 0; count--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private static byte[] Truncate(byte[] bytes, Random random) => bytes[..random.Next(bytes.Length + 1)];

    private static byte[] Remove(byte[] bytes, Random random)
    {
        int start = random.Next(bytes.Length + 1);
        int end = Math.Min(bytes.Length, start + random.Next(1, 200));
        return [.. bytes[..start], .. bytes[end..]];
    }

    private static byte[] Repeat(byte[] bytes, Random random)
    {
        int start = random.Next(bytes.Length + 1);
        int end = Math.Min(bytes.Length, start + random.Next(1, 500));
        byte[] part = bytes[start..end];
        return [.. bytes[..end], .. Enumerable.Repeat(part, random.Next(1, 50)).SelectMany(each => each), .. bytes[end..]];
    }

    private static byte[] Insert(byte[] bytes, Random random, string text)
    {
        int place = random.Next(bytes.Length + 1);
        return [.. bytes[..place], .. Encoding.Latin1.GetBytes(text), .. bytes[place..]];
    }

    private static byte[] Replace(byte[] bytes, Random random, Regex pattern, Func<Match, string> replace)
    {
        string text = Encoding.Latin1.GetString(bytes);
        Match[] found = pattern.Matches(text).ToArray();
        if (found.Length == 0)
        {
            return bytes;
        }

        Match chosen = found[random.Next(found.Length)];
        return Encoding.Latin1.GetBytes(text[..chosen.Index] + replace(chosen) + text[(chosen.Index + chosen.Length)..]);
    }

    [GeneratedRegex(@"\d+ 0 R")]
    private static partial Regex ObjectReference();

    [GeneratedRegex(@"(?<![\d.])\d+(?![\d.])")]
    private static partial Regex Number();

    [GeneratedRegex("/[A-Za-z]+")]
    private static partial Regex Name();
}
