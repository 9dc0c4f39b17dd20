// Digits and numbers in words, the same words as the server's.
const DIGITS = "۰۱۲۳۴۵۶۷۸۹";
const ONES = ["", ..."یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده".split(" ")];
const TENS = ["", "", ..."بیست سی چهل پنجاه شصت هفتاد هشتاد نود".split(" ")];
const HUNDREDS = ["", ..."صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد".split(" ")];
const GROUPS = ["", "هزار", "میلیون", "میلیارد", "هزار میلیارد", "میلیون میلیارد"];

export const persian = (text) => String(text).replace(/\d/g, (d) => DIGITS[d]);
export const ascii = (text) => text.replace(/[۰-۹]/g, (d) => DIGITS.indexOf(d)).replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d));
export const grouped = (amount) => persian(String(amount).replace(/\B(?=(\d{3})+$)/g, "٬"));
export const two = (number) => persian(String(number).padStart(2, "0"));

function belowThousand(number) {
  const told = [];
  if (number >= 100) told.push(HUNDREDS[Math.floor(number / 100)]);
  const rest = number % 100;
  if (rest >= 20) {
    told.push(TENS[Math.floor(rest / 10)]);
    if (rest % 10) told.push(ONES[rest % 10]);
  } else if (rest) told.push(ONES[rest]);
  return told.join(" و ");
}

export function inWords(amount) {
  if (amount === 0n) return "صفر";
  const told = [];
  for (let place = 0; amount > 0n; place += 1, amount /= 1000n) {
    const group = Number(amount % 1000n);
    if (group) told.unshift(`${belowThousand(group)} ${GROUPS[place]}`.trim());
  }
  return told.join(" و ");
}
